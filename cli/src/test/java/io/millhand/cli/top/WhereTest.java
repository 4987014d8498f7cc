// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.cli.top.Where.Name;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WhereTest {

  private static final Name A = new Name("orders", "a");
  private static final Name B = new Name("orders", "b");
  private static final List<Name> BOTH = List.of(A, B);

  private static Where start() {
    return Where.START.within(BOTH);
  }

  @Test
  void the_first_group_is_selected_and_the_selection_stays_within_the_list() {
    assertThat(start().selected()).contains(A);
    assertThat(start().after(Key.UP, BOTH).selected()).contains(A);
    var down = start().after(Key.DOWN, BOTH);
    assertThat(down.selected()).contains(B);
    assertThat(down.after(Key.DOWN, BOTH).selected()).contains(B);
  }

  @Test
  void pages_and_ends_are_one_key_away() {
    var many = IntStream.range(0, 40).mapToObj(i -> new Name("orders", "g" + i)).toList();
    var where = Where.START.within(many);

    assertThat(where.after(Key.PAGE_DOWN, many).selected()).contains(many.get(15));
    assertThat(where.after(Key.LAST, many).selected()).contains(many.get(39));
    assertThat(where.after(Key.LAST, many).after(Key.PAGE_UP, many).selected())
        .contains(many.get(24));
    assertThat(where.after(Key.LAST, many).after(Key.FIRST, many).selected()).contains(many.get(0));
  }

  @Test
  void the_selection_follows_its_group_when_the_order_changes() {
    var where = start().after(Key.DOWN, BOTH).within(List.of(B, A));
    assertThat(where.selected()).contains(B);
    assertThat(where.within(List.of(A)).selected()).contains(A);
    assertThat(where.within(List.of()).selected()).isEmpty();
  }

  @Test
  void enter_looks_inside_and_back_leads_out_and_then_away() {
    var inside = start().after(Key.ENTER, BOTH);
    assertThat(inside.isInside()).isTrue();
    assertThat(inside.after(Key.DOWN, BOTH)).isEqualTo(inside);
    var outside = inside.after(Key.BACK, BOTH);
    assertThat(outside.isInside()).isFalse();
    assertThat(outside.hasQuit()).isFalse();
    assertThat(outside.after(Key.BACK, BOTH).hasQuit()).isTrue();
    assertThat(inside.after(Key.QUIT, BOTH).hasQuit()).isTrue();
  }

  @Test
  void keys_are_told_from_the_bytes_of_a_terminal() {
    var keys = new ArrayList<Key>();
    Keyboard.read(
        new ByteArrayInputStream(
            "jk\n\u001b[A\u001b[B\u001b[C\u001b[Dx\u007fq\u001b[5~\u001b[6~\u001b[H\u001b[F gG\u001b"
                .getBytes(US_ASCII)),
        keys::add);

    assertThat(keys)
        .containsExactly(
            Key.DOWN,
            Key.UP,
            Key.ENTER,
            Key.UP,
            Key.DOWN,
            Key.ENTER,
            Key.BACK,
            Key.BACK,
            Key.QUIT,
            Key.PAGE_UP,
            Key.PAGE_DOWN,
            Key.FIRST,
            Key.LAST,
            Key.PAGE_DOWN,
            Key.FIRST,
            Key.LAST,
            Key.BACK);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.StringLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JseBaseLib;
import org.luaj.vm2.lib.jse.JseMathLib;

/**
 * Runs the scripts that we ship, as they are, on an interpreter in Java: nothing of them is written
 * a second time. (A script costs about ten microseconds there.) What Redis' Lua has and that
 * interpreter has not, or has otherwise, is mended here.
 */
final class Scripts {

  private static final Map<String, Prototype> COMPILED = new ConcurrentHashMap<>();
  private static final Globals COMPILER = new Globals();

  static {
    LuaC.install(COMPILER);
  }

  private final Globals globals = new Globals();
  private final Function<List<String>, @Nullable Object> commands;

  Scripts(Function<List<String>, @Nullable Object> commands) {
    this.commands = commands;
    globals.load(new JseBaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    globals.load(new StringLib());
    globals.load(new JseMathLib());
    globals.set("unpack", globals.get("table").get("unpack"));
    globals.get("string").set("format", new Format());
    var redis = new LuaTable();
    redis.set("call", new Call());
    redis.set("pcall", new ProtectedCall());
    redis.set("error_reply", new ErrorReply());
    globals.set("redis", redis);
  }

  @Nullable Object run(String text, String sha, List<String> keys, List<String> args) {
    globals.set("KEYS", table(keys));
    globals.set("ARGV", table(args));
    try {
      return reply(
          new LuaClosure(COMPILED.computeIfAbsent(text, Scripts::compile), globals).call());
    } catch (LuaError e) {
      if (e.getMessageObject() instanceof LuaTable table && !table.get("err").isnil()) {
        throw new Refusal(
            "%s script: %s, on @user_script:1.".formatted(text(table.get("err")), sha));
      }
      throw new IllegalStateException("a script failed: " + e.getMessage(), e);
    }
  }

  private static Prototype compile(String text) {
    var source = text.startsWith("#!") ? text.substring(text.indexOf('\n')) : text;
    try {
      synchronized (COMPILER) {
        return COMPILER.compilePrototype(
            new ByteArrayInputStream(source.getBytes(ISO_8859_1)), "script");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Call extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs args) {
      try {
        return value(commands.apply(words(args)));
      } catch (Refusal e) {
        throw new LuaError(errorTable(e.text()));
      }
    }
  }

  private final class ProtectedCall extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs args) {
      try {
        return value(commands.apply(words(args)));
      } catch (Refusal e) {
        return errorTable(e.text());
      }
    }
  }

  private static final class ErrorReply extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs args) {
      return errorTable(text(args.arg1()));
    }
  }

  /** The interpreter's own ignores the precision. */
  private static final class Format extends VarArgFunction {
    @Override
    public Varargs invoke(Varargs args) {
      if (!args.arg1().tojstring().equals("%.0f")) {
        throw new IllegalStateException("a script uses another format: " + args.arg1().tojstring());
      }
      return LuaValue.valueOf(Long.toString((long) args.arg(2).checkdouble()));
    }
  }

  private static List<String> words(Varargs args) {
    var words = new ArrayList<String>(args.narg());
    for (int i = 1; i <= args.narg(); i++) {
      var arg = args.arg(i);
      if (!arg.isstring()) {
        throw new Refusal("ERR Lua redis lib command arguments must be strings or integers");
      }
      words.add(text(arg));
    }
    return words;
  }

  private static LuaTable table(List<?> values) {
    var table = new LuaTable(values.size(), 0);
    for (int i = 0; i < values.size(); i++) {
      table.set(i + 1, value(values.get(i)));
    }
    return table;
  }

  private static LuaTable errorTable(String text) {
    var table = new LuaTable();
    table.set("err", string(text));
    return table;
  }

  private static LuaString string(String text) {
    return LuaString.valueUsing(text.getBytes(ISO_8859_1));
  }

  private static LuaValue value(@Nullable Object reply) {
    return switch (reply) {
      case null -> LuaValue.FALSE;
      case String text -> string(text);
      case Long number -> LuaValue.valueOf((double) number);
      case Status status -> {
        var table = new LuaTable();
        table.set("ok", string(status.text()));
        yield table;
      }
      case List<?> list -> table(list);
      default -> throw new IllegalStateException("no reply: " + reply.getClass());
    };
  }

  private static String text(LuaValue value) {
    if (value.type() == LuaValue.TNUMBER) {
      var number = value.todouble();
      return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
    var bytes = value.checkstring();
    return new String(bytes.m_bytes, bytes.m_offset, bytes.m_length, ISO_8859_1);
  }

  private static @Nullable Object reply(LuaValue value) {
    return switch (value.type()) {
      case LuaValue.TSTRING -> text(value);
      case LuaValue.TNUMBER -> (long) value.todouble();
      case LuaValue.TBOOLEAN -> value.toboolean() ? 1L : null;
      case LuaValue.TTABLE -> reply((LuaTable) value);
      default -> null;
    };
  }

  private static Object reply(LuaTable table) {
    if (!table.get("err").isnil()) {
      throw new Refusal(text(table.get("err")));
    }
    if (!table.get("ok").isnil()) {
      return new Status(text(table.get("ok")));
    }
    var list = new ArrayList<@Nullable Object>();
    for (int i = 1; !table.get(i).isnil(); i++) {
      list.add(reply(table.get(i)));
    }
    return list;
  }
}

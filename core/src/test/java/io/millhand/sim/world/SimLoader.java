// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;

/**
 * Loads the classes that we ship a second time, with their threads, locks, clocks, chance, sockets
 * and loggers replaced by those of a {@link World}. So a simulation runs what is shipped, whole,
 * and what is shipped knows nothing of it.
 *
 * <p>It may break something on purpose, to see whether that is found out.
 */
public final class SimLoader extends ClassLoader {

  private static final String WORLD = "io/millhand/sim/world/";
  private static final Map<String, String> TYPES =
      Map.of(
          "io/millhand/redis/PatientSocket", WORLD + "SimSocket",
          "java/lang/Thread", WORLD + "SimThread",
          "java/lang/Thread$Builder", WORLD + "SimThreadBuilder",
          "java/lang/Thread$Builder$OfPlatform", WORLD + "SimThreadBuilder",
          "java/lang/Thread$Builder$OfVirtual", WORLD + "SimThreadBuilder",
          "java/util/concurrent/ThreadFactory", WORLD + "SimThreadFactory",
          "java/util/concurrent/locks/LockSupport", WORLD + "SimLockSupport",
          "java/util/concurrent/locks/ReentrantLock", WORLD + "SimLock",
          "java/util/concurrent/CountDownLatch", WORLD + "SimLatch",
          "java/util/concurrent/ThreadLocalRandom", WORLD + "SimRandom");

  /** Methods that stand for others of the same descriptor. */
  private static final Map<String, String> STATICS =
      Map.of(
          "java/lang/System.nanoTime", WORLD + "SimTime",
          "java/lang/System.currentTimeMillis", WORLD + "SimTime",
          "java/time/Instant.now", WORLD + "SimTime",
          "org/slf4j/LoggerFactory.getLogger", WORLD + "SimLog");

  private final List<? extends Mutation> mutations;

  /** Breaks that. */
  public SimLoader(List<? extends Mutation> mutations) {
    super(SimLoader.class.getClassLoader());
    this.mutations = List.copyOf(mutations);
  }

  private static boolean isOurs(String name) {
    return name.startsWith("io.millhand.")
        && !name.startsWith("io.millhand.sim.world.")
        && !name.startsWith("io.millhand.sim.model.")
        && !name.equals("io.millhand.delivery.EntryId");
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!isOurs(name)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      var known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      var bytes = rewritten(in.readAllBytes());
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] rewritten(byte[] original) {
    var writer = new ClassWriter(0);
    new ClassReader(original)
        .accept(
            new ClassRemapper(new Rewriting(writer), new SimpleRemapper(Opcodes.ASM9, TYPES)), 0);
    return writer.toByteArray();
  }

  private final class Rewriting extends ClassVisitor {
    private String owner = "";
    private boolean hashes;

    Rewriting(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      owner = name;
      hashes = (access & Opcodes.ACC_INTERFACE) != 0 || !"java/lang/Object".equals(superName);
      super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      hashes |= name.equals("hashCode");
      var next = super.visitMethod(access, name, descriptor, signature, exceptions);
      for (var mutation : mutations) {
        if (mutation instanceof Mutation.Method method && method.is(owner, name)) {
          answer(next, descriptor, method.answer());
          return null;
        }
      }
      return new Calls(next);
    }

    @Override
    public void visitEnd() {
      if (!hashes) {
        hash();
      }
      super.visitEnd();
    }

    /** The JVM's own differs from run to run, and with it the order of what is in a hash set. */
    private void hash() {
      super.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_SYNTHETIC, "simHash", "I", null, null)
          .visitEnd();
      var to = super.visitMethod(Opcodes.ACC_PUBLIC, "hashCode", "()I", null, null);
      to.visitCode();
      to.visitVarInsn(Opcodes.ALOAD, 0);
      to.visitVarInsn(Opcodes.ALOAD, 0);
      to.visitFieldInsn(Opcodes.GETFIELD, owner, "simHash", "I");
      to.visitMethodInsn(Opcodes.INVOKESTATIC, WORLD + "World", "identity", "(I)I", false);
      to.visitInsn(Opcodes.DUP_X1);
      to.visitFieldInsn(Opcodes.PUTFIELD, owner, "simHash", "I");
      to.visitInsn(Opcodes.IRETURN);
      to.visitMaxs(3, 1);
      to.visitEnd();
    }
  }

  /** Instead of its own code it answers so. */
  private static void answer(MethodVisitor to, String descriptor, int answer) {
    to.visitCode();
    var type = Type.getReturnType(descriptor);
    switch (type.getSort()) {
      case Type.VOID -> to.visitInsn(Opcodes.RETURN);
      case Type.BOOLEAN, Type.INT -> {
        to.visitInsn(Opcodes.ICONST_0 + answer);
        to.visitInsn(Opcodes.IRETURN);
      }
      default -> {
        to.visitInsn(Opcodes.ACONST_NULL);
        to.visitInsn(Opcodes.ARETURN);
      }
    }
    to.visitMaxs(1, Type.getArgumentsAndReturnSizes(descriptor) >> 2);
    to.visitEnd();
  }

  private static final class Calls extends MethodVisitor {
    Calls(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      var other = opcode == Opcodes.INVOKESTATIC ? STATICS.get(owner + "." + name) : null;
      if (other != null && (descriptor.startsWith("()") || name.equals("getLogger"))) {
        super.visitMethodInsn(opcode, other, name, descriptor, false);
      } else if (owner.equals(WORLD + "SimThreadBuilder")) {
        // That of the JDK is an interface.
        super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
      } else {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      }
    }
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    var in = super.getResourceAsStream(name);
    for (var mutation : mutations) {
      if (in != null
          && mutation instanceof Mutation.Script script
          && name.endsWith(script.file())) {
        in = edited(in, script);
      }
    }
    return in;
  }

  private static InputStream edited(InputStream in, Mutation.Script script) {
    try (in) {
      var text = new String(in.readAllBytes(), UTF_8);
      if (!text.contains(script.from())) {
        throw new IllegalStateException(
            "%s does not contain: %s".formatted(script.file(), script.from()));
      }
      return new ByteArrayInputStream(text.replace(script.from(), script.to()).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

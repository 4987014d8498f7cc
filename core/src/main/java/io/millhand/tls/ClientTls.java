// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.TlsFiles;
import io.millhand.config.TlsFiles.Own;
import io.millhand.config.TlsFiles.Trust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** TLS of a client whose certificates and keys may change while it runs. */
public final class ClientTls {

  private static final char[] NO_PASSWORD = new char[0];

  private ClientTls() {}

  /**
   * Makes the sockets of each connection with what stands in the files by then.
   *
   * @throws io.millhand.error.SettingsException when they cannot be used now
   */
  public static Supplier<SSLSocketFactory> of(TlsFiles files) {
    var paths = files.all();
    if (paths.isEmpty()) {
      return () -> (SSLSocketFactory) SSLSocketFactory.getDefault();
    }
    var names = paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    Reread<SSLSocketFactory> sockets =
        Reread.of(
            "The connection to Redis",
            paths,
            "what TLS uses (" + names + ")",
            contents -> context(files, contents).getSocketFactory());
    return sockets::latest;
  }

  private static SSLContext context(TlsFiles files, List<byte[]> contents)
      throws GeneralSecurityException {
    var ours = contents.subList(files.trustFiles().size(), contents.size());
    var keys = keys(files.own(), ours);
    return switch (files.trust()) {
      case Trust.Platform platform -> platformContext(keys);
      case Trust.Pem pem ->
          in(pem.authorities(), () -> Authorities.read(contents.get(0))).clientContext(keys);
      case Trust.Store store ->
          in(store.store(), () -> Authorities.of(open(contents.get(0), contents.get(1))))
              .clientContext(keys);
    };
  }

  private static SSLContext platformContext(KeyManager @Nullable [] keys)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(keys, null, null);
    return context;
  }

  private static KeyManager @Nullable [] keys(Own own, List<byte[]> contents)
      throws GeneralSecurityException {
    return switch (own) {
      case Own.Nobody nobody -> null;
      case Own.Pem pem ->
          in(
              pem.certificate() + " with " + pem.key(),
              () -> keys(OwnCertificate.read(contents.get(0), contents.get(1))));
      case Own.Store store ->
          in(store.store(), () -> storedKeys(open(contents.get(0), contents.get(1)), contents));
    };
  }

  private static KeyManager[] keys(OwnCertificate own) throws GeneralSecurityException {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      var chain = own.chain().toArray(Certificate[]::new);
      store.setKeyEntry("own", own.key(), NO_PASSWORD, chain);
      return managers(store, NO_PASSWORD);
    } catch (IOException e) {
      throw new GeneralSecurityException(e); // nothing is read
    }
  }

  private static KeyManager[] storedKeys(KeyStore store, List<byte[]> contents)
      throws GeneralSecurityException {
    var password = password(contents.get(1));
    try {
      for (var alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey) {
          return managers(store, password);
        }
      }
    } catch (UnrecoverableKeyException e) {
      throw new GeneralSecurityException("its key has another password than the store");
    } finally {
      Arrays.fill(password, ' ');
    }
    throw new GeneralSecurityException("it holds no private key");
  }

  private static KeyManager[] managers(KeyStore store, char[] password)
      throws GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static KeyStore open(byte[] file, byte[] passwordFile) throws GeneralSecurityException {
    var password = password(passwordFile);
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(file), password);
      return store;
    } catch (IOException e) {
      throw new GeneralSecurityException(
          e.getCause() instanceof UnrecoverableKeyException
              ? "its password is not the one in the password file"
              : "it is no PKCS#12 store, or not a whole one");
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  /** Without the line break at its end. */
  private static char[] password(byte[] file) {
    var end = file.length;
    while (end > 0 && (file[end - 1] == '\n' || file[end - 1] == '\r')) {
      end--;
    }
    var decoded = UTF_8.decode(ByteBuffer.wrap(file, 0, end));
    var password = new char[decoded.remaining()];
    decoded.get(password);
    return password;
  }

  /** Reads something. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws GeneralSecurityException;
  }

  /** Whatever is wrong is told with the file in which it is. */
  private static <T> T in(Object file, Reading<T> reading) throws GeneralSecurityException {
    try {
      return reading.read();
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(file + ": " + e.getMessage());
    }
  }
}

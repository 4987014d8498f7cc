// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** How a probe speaks TLS: it shows a certificate, and looks at none. */
final class ProbeTls {

  private ProbeTls() {}

  static SSLContext context(KeyFiles client) {
    try (var in = Files.newInputStream(client.pkcs12())) {
      var password = client.password().toCharArray();
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new EmbeddedRedisException(
          "cannot use the certificate %s: %s".formatted(client.pkcs12(), e.getMessage()), e);
    }
  }

  /**
   * Trusts every server. A probe speaks with servers that this process has started, on the loopback
   * interface, and a test must be able to look at one whose certificate is bad on purpose.
   */
  private static final class Anybody extends X509ExtendedTrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

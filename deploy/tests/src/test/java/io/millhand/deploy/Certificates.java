// SPDX-License-Identifier: Apache-2.0
package io.millhand.deploy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.tls.ServerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;

/** A Secret of type kubernetes.io/tls as files, and who comes with what stands in it. */
record Certificates(Path certificate, Path key, Path ca) {

  private static final char[] PASSWORD = "not-a-secret".toCharArray();
  private static final KeyManager[] NONE = {};

  static Certificates of(KubernetesObject secret, Path folder) throws IOException {
    var data = secret.json().path("data");
    return new Certificates(
        write(data, "tls.crt", folder),
        write(data, "tls.key", folder),
        write(data, "ca.crt", folder));
  }

  private static Path write(JsonNode data, String name, Path folder) throws IOException {
    var content = Base64.getDecoder().decode(data.path(name).asString());
    return Files.write(folder.resolve(name), content);
  }

  /** The same certificate for a client. */
  KeyManager[] client() throws GeneralSecurityException, IOException {
    var keys = ServerTls.keys(certificate, key);
    var alias = keys.getServerAliases("RSA", null)[0];
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", keys.getPrivateKey(alias), PASSWORD, keys.getCertificateChain(alias));
    var factory = KeyManagerFactory.getInstance("SunX509");
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  /** What this machine answers that name, to the aggregation layer: the whole answer. */
  String answer(int port, String name, String path) throws GeneralSecurityException, IOException {
    return answer(port, name, path, client());
  }

  /** What it answers somebody without a certificate. */
  String answerToAStranger(int port, String name, String path)
      throws GeneralSecurityException, IOException {
    return answer(port, name, path, NONE);
  }

  private String answer(int port, String name, String path, KeyManager[] shown)
      throws GeneralSecurityException, IOException {
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    try (var socket =
        (SSLSocket) context(shown).getSocketFactory().createSocket(plain, name, port, true)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      var request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nX-Remote-User: somebody\r\nConnection: close\r\n\r\n"
              .formatted(path, name);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private SSLContext context(KeyManager[] shown) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var authority = Files.newInputStream(ca)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
    }
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(shown, trust.getTrustManagers(), null);
    return context;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;
import java.util.List;

/**
 * What a server speaks TLS with; {@link Certificates#tls} makes them.
 *
 * @param ca the certificate, in PEM, of the authority whose clients are let in
 * @param server what the server shows
 * @param client with what a test looks at the server, see {@link EmbeddedRedis#probe}
 * @param clientCertificates what clients must show
 */
public record TlsFiles(
    Path ca, KeyFiles server, KeyFiles client, ClientCertificates clientCertificates) {

  /** The same with another certificate of the server, such as one that is over. */
  public TlsFiles withServer(KeyFiles other) {
    return new TlsFiles(ca, other, client, clientCertificates);
  }

  /** The same with another demand on clients. */
  public TlsFiles withClientCertificates(ClientCertificates demand) {
    return new TlsFiles(ca, server, client, demand);
  }

  /** TLS on this port and no other, also between servers. */
  List<List<String>> directives(int port) {
    return List.of(
        List.of("port", "0"),
        List.of("tls-port", Integer.toString(port)),
        List.of("tls-cert-file", server.certificate().toString()),
        List.of("tls-key-file", server.key().toString()),
        List.of("tls-ca-cert-file", ca.toString()),
        List.of("tls-auth-clients", clientCertificates.word()),
        List.of("tls-replication", "yes"),
        List.of("tls-cluster", "yes"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.tls.OwnCertificate;
import io.millhand.tls.Reread;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate and key as they are when a handshake begins. The JDK asks for an alias
 * first and for what it stands for afterwards: so an alias names one certificate by its print, and
 * the one before the last change is kept for handshakes that began with it.
 *
 * <p>Threads: any.
 */
final class ChangingKeys extends X509ExtendedKeyManager {

  private final Reread<OwnCertificate> identity;
  private volatile Pair pair;

  /** Two that may be in use. */
  private record Pair(OwnCertificate now, OwnCertificate before) {}

  ChangingKeys(Reread<OwnCertificate> identity) {
    this.identity = identity;
    var first = identity.current();
    this.pair = new Pair(first, first);
  }

  private OwnCertificate latest() {
    var now = identity.current();
    var last = pair;
    if (!now.print().equals(last.now().print())) {
      pair = new Pair(now, last.now()); // two threads at once write the same
    }
    return now;
  }

  private @Nullable OwnCertificate named(String alias) {
    var last = pair;
    if (alias.equals(last.now().print())) {
      return last.now();
    }
    return alias.equals(last.before().print()) ? last.before() : null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    var latest = latest();
    return latest.key().getAlgorithm().equals(keyType) ? latest.print() : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    var latest = latest();
    return latest.key().getAlgorithm().equals(keyType) ? latest.print() : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    var named = named(alias);
    return named == null ? null : named.chain().toArray(new X509Certificate[0]);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    var named = named(alias);
    return named == null ? null : named.key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {latest().print()};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}

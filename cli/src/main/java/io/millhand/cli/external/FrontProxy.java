// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.http.Http.Request;
import io.millhand.tls.Authorities;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;

/**
 * Whom to believe who asks: kube-apiserver, which says in headers for whom it asks. It proves
 * itself by a client certificate; without that one anybody in the network of pods could say
 * anything.
 *
 * <p>Whoever it names may read everything here. kube-apiserver has authenticated him and found by
 * RBAC that he may read that metric in that namespace, before it forwards; to ask it again (by a
 * SubjectAccessReview) would get the same answer.
 *
 * @param authorities one of them must vouch for its certificate
 * @param names one of them must be the certificate's common name; none: any will do
 * @param userHeaders the headers that may name the user, the first that does is believed
 */
record FrontProxy(Authorities authorities, Set<String> names, List<String> userHeaders) {

  /** Where nobody says otherwise. */
  static final List<String> USER_HEADERS = List.of("X-Remote-User");

  /** Who asks, or why he is not believed. */
  sealed interface Caller {

    /**
     * He is known.
     *
     * @param name of the user; it comes from outside
     */
    record User(String name) implements Caller {}

    /**
     * He is not.
     *
     * @param why not; it may quote what came from outside
     */
    record Nobody(String why) implements Caller {}
  }

  /** Who asks that. */
  Caller caller(Request request) {
    if (request.client().isEmpty()) {
      return new Caller.Nobody("no client certificate was shown");
    }
    var chain = request.client().get();
    try {
      authorities.checkClient(chain);
    } catch (CertificateException e) {
      return new Caller.Nobody("the client certificate is not one of the aggregation layer's");
    }
    var name = commonName(chain.getFirst());
    if (!names.isEmpty() && !names.contains(name)) {
      return new Caller.Nobody(
          "the client certificate's common name '%s' is not among those allowed".formatted(name));
    }
    return userHeaders.stream()
        .flatMap(header -> request.header(header).stream())
        .filter(user -> !user.isEmpty())
        .findFirst()
        .<Caller>map(Caller.User::new)
        .orElseGet(() -> new Caller.Nobody("no header names the user: " + userHeaders));
  }

  /** The last one where there are several, as Go has it; nothing where there is none. */
  private static String commonName(X509Certificate certificate) {
    try {
      var name = new LdapName(certificate.getSubjectX500Principal().getName());
      return name.getRdns().stream()
          .flatMap(part -> Stream.ofNullable(part.toAttributes().get("CN")))
          .map(FrontProxy::text)
          .reduce("", (before, last) -> last);
    } catch (InvalidNameException e) {
      return ""; // it is no name, so it is none that is allowed
    }
  }

  private static String text(Attribute attribute) {
    try {
      return String.valueOf(attribute.get());
    } catch (NamingException e) {
      return "";
    }
  }
}

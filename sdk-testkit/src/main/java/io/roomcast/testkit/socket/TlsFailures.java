package io.roomcast.testkit.socket;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why a TLS handshake failed, and what to change. */
final class TlsFailures {

    private static final String INSECURE = "for a test server use --insecure, or Trust.anyCertificate() from Java";

    private TlsFailures() {}

    static String reason(IOException failure, Target target) {
        GeneralSecurityException untrusted = cause(failure, GeneralSecurityException.class);
        if (untrusted != null) {
            return untrusted(failure, untrusted, target);
        }
        String said = failure.getMessage();
        if (failure instanceof SSLException) {
            // The JDK says so of a first byte that begins no record.
            return said != null && said.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")
                    ? "it does not speak TLS; use ws:// instead of wss://"
                    : "the TLS handshake failed: " + said;
        }
        return "it ended the connection during the TLS handshake" + (said == null ? "" : " (" + said + ")")
                + "; if it does not speak TLS, use ws:// instead of wss://";
    }

    private static String untrusted(IOException failure, GeneralSecurityException why, Target target) {
        if (cause(failure, CertificateExpiredException.class) != null
                || cause(failure, CertificateNotYetValidException.class) != null) {
            return "its certificate is not valid now (" + said(failure) + "): renew it; " + INSECURE;
        }
        if (cause(failure, CertPathBuilderException.class) != null
                || cause(failure, CertPathValidatorException.class) != null) {
            return "its certificate is not trusted (" + said(failure)
                    + "): name a trust store that has its issuer with -Djavax.net.ssl.trustStore; " + INSECURE;
        }
        return "its certificate is not one for " + target.address().getHostString() + " (" + said(why)
                + "): use a host that it names; " + INSECURE;
    }

    private static String said(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static <T extends Throwable> @Nullable T cause(Throwable of, Class<T> kind) {
        for (Throwable each = of; each != null; each = each.getCause()) {
            if (kind.isInstance(each)) {
                return kind.cast(each);
            }
        }
        return null;
    }
}

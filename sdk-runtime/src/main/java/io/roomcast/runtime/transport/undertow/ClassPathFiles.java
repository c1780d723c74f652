package io.roomcast.runtime.transport.undertow;

import io.undertow.server.handlers.resource.Resource;
import io.undertow.server.handlers.resource.ResourceChangeListener;
import io.undertow.server.handlers.resource.ResourceManager;
import io.undertow.server.handlers.resource.URLResource;
import io.undertow.util.ETag;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a class path folder, each with an ETag made of its content: the times of files in a reproducible jar say
 * nothing. For any thread.
 *
 * <p>The tags of files that exist are kept, so there are at most as many as there are files.
 */
final class ClassPathFiles implements ResourceManager {

    private static final int TAG_BYTES = 12;

    private final ClassLoader loader;
    private final String folder;
    private final ConcurrentMap<String, Tag> tags = new ConcurrentHashMap<>();

    ClassPathFiles(ClassLoader loader, String folder) {
        this.loader = loader;
        this.folder = folder.endsWith("/") ? folder : folder + "/";
    }

    @Override
    public @Nullable Resource getResource(String path) {
        String name = path.startsWith("/") ? path.substring(1) : path;
        if (!isSafe(name)) {
            return null;
        }
        URL url = loader.getResource(folder + name);
        if (url == null || isFolder(url, folder + name)) {
            return null;
        }
        return new TaggedFile(url, name);
    }

    /** Only plain names: nothing that could lead out of the folder, on any file system. */
    private static boolean isSafe(String name) {
        return name.indexOf('\\') < 0
                && name.indexOf(':') < 0
                && name.indexOf('\0') < 0
                && Arrays.stream(name.split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private boolean isFolder(URL url, String name) {
        if (url.getProtocol().equals("file")) {
            try {
                return Files.isDirectory(Path.of(new URI(url.toString())));
            } catch (URISyntaxException e) {
                return true;
            }
        }
        return loader.getResource(name + "/") != null;
    }

    @Override
    public boolean isResourceChangeListenerSupported() {
        return false;
    }

    @Override
    public void registerResourceChangeListener(ResourceChangeListener listener) {
        throw new UnsupportedOperationException("the class path is not watched");
    }

    @Override
    public void removeResourceChangeListener(ResourceChangeListener listener) {
        throw new UnsupportedOperationException("the class path is not watched");
    }

    @Override
    public void close() {}

    private record Tag(long modified, @Nullable Long length, ETag etag) {}

    private final class TaggedFile extends URLResource {

        private final URL url;
        private final String name;

        TaggedFile(URL url, String name) {
            super(url, name);
            this.url = url;
            this.name = name;
        }

        @Override
        public ETag getETag() {
            Date date = getLastModified();
            long modified = date == null ? 0 : date.getTime();
            Tag tag = tags.get(name);
            if (tag == null || tag.modified != modified || !Objects.equals(tag.length, getContentLength())) {
                tag = new Tag(modified, getContentLength(), new ETag(false, digest()));
                tags.put(name, tag);
            }
            return tag.etag;
        }

        private String digest() {
            try (InputStream file = url.openStream();
                    DigestInputStream digested = new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
                digested.transferTo(OutputStream.nullOutputStream());
                byte[] digest = Arrays.copyOf(digested.getMessageDigest().digest(), TAG_BYTES);
                return Base64.getUrlEncoder().encodeToString(digest);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}

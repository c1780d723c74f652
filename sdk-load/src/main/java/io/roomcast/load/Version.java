package io.roomcast.load;

import picocli.CommandLine.IVersionProvider;

/** Tells the version that stands in the jar. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {"roomcast-load " + (version == null ? "(not from a jar)" : version)};
    }
}

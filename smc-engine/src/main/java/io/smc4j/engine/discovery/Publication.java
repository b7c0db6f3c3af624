package io.smc4j.engine.discovery;

import io.smc4j.engine.discovery.directory.SharedDirectory;

/** What makes a listener known to the processes of this host. Thread-safe. */
public final class Publication implements AutoCloseable {

    private final Marker marker;
    private final SharedDirectory.Listing listing;

    Publication(Marker marker, SharedDirectory.Listing listing) {
        this.marker = marker;
        this.listing = listing;
    }

    /** Withdraws it. Call it before somebody else can listen at the address. */
    @Override
    public void close() {
        listing.close();
        // Tells all peers, whichever way they have learned of the listener.
        marker.close();
    }
}

package io.smc4j.engine.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * LLC REQUEST ADD LINK, version 2 only: a client tells the server the GIDs it could have a further link at. The server
 * either starts an ADD LINK, or responds that there is nothing to add.
 *
 * <pre>
 * off  size  field
 *   3     1  flags: 0x80 response
 *   4    20  reserved
 *  24     1  number of GIDs n
 *  25     3  reserved
 *  28  16*n  GIDs
 * </pre>
 * The message is never shorter than {@link Llc#LENGTH}. A response has zeros only after the header.
 *
 * @param isResponse whether this is the server's answer
 * @param gids the client's GIDs, up to 255; none in a response
 */
public record LlcRequestAddLink(boolean isResponse, List<RoceGid> gids) implements LlcMessage {

    private static final int GID_COUNT_OFFSET = 24;
    private static final int GIDS_OFFSET = 28;
    private static final int MAX_GIDS = 255;

    /** Bytes of the longest message. */
    static final int MAX_LENGTH = endOffset(MAX_GIDS);

    /**
     * Checks the number of GIDs.
     *
     * @throws IllegalArgumentException if there are too many
     */
    public LlcRequestAddLink {
        gids = List.copyOf(gids);
        Fields.requireInRange("number of GIDs", gids.size(), 0, isResponse ? 0 : MAX_GIDS);
    }

    /** A client's request. */
    public static LlcRequestAddLink request(List<RoceGid> gids) {
        return new LlcRequestAddLink(false, gids);
    }

    /** The response to this request: nothing to add. */
    public LlcRequestAddLink response() {
        return new LlcRequestAddLink(true, List.of());
    }

    @Override
    public int version() {
        return Clc.V2;
    }

    @Override
    public int length() {
        return Math.max(Llc.LENGTH, endOffset(gids.size()));
    }

    private static int endOffset(int gids) {
        return GIDS_OFFSET + gids * RoceGid.LENGTH;
    }

    @Override
    public void encode(ByteBuffer target) {
        int flags = LlcHeader.flag(isResponse, LlcHeader.RESPONSE);
        ByteBuffer out = new LlcHeader(Llc.REQUEST_ADD_LINK, version(), flags).begin(target, length());
        Fields.putU8(out, GID_COUNT_OFFSET, gids.size());
        for (int i = 0; i < gids.size(); i++) {
            gids.get(i).write(out, endOffset(i));
        }
    }

    static LlcRequestAddLink read(LlcHeader header, ByteBuffer in) throws LlcFormatException {
        if (header.isResponse()) {
            return new LlcRequestAddLink(true, List.of());
        }
        int count = Fields.getU8(in, GID_COUNT_OFFSET);
        LlcFormatException.requireSize(in.limit(), endOffset(count));
        List<RoceGid> gids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            gids.add(RoceGid.read(in, endOffset(i)));
        }
        return new LlcRequestAddLink(false, gids);
    }
}

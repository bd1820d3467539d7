package io.quorate.election;

/** Text of others in messages of ours. */
final class Quoted {
    private Quoted() {}

    /** The beginning of a text that may be long and may hold anything, fit for one line of a log. */
    static String shortened(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(ElectionLimits.MAX_QUOTED_CHARS)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(printable::appendCodePoint);
        return text.length() > printable.length() ? printable + "..." : printable.toString();
    }
}

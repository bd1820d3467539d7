package io.quorate.server.tools;

/** How a dump is written. */
enum Format {
    /** One line of text a thing. */
    TEXT,
    /** One JSON object a line. */
    JSON
}

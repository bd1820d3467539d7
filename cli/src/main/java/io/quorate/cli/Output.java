package io.quorate.cli;

/** For people, or for programs. */
enum Output {
    TABLE,
    JSON
}

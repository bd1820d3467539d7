/** What operators and their tools ask the server: four-letter words. They read published status only. */
@NullMarked
package io.quorate.server.admin;

import org.jspecify.annotations.NullMarked;

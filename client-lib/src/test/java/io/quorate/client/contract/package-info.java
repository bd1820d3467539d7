/** What recipes promise, for any server: each module runs it against the servers that it has. */
package io.quorate.client.contract;

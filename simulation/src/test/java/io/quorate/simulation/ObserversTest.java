package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.server.ServerObserver;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What stands for all observers hands everything on: a method that it inherits would keep the checkers from seeing anything, and nothing would fail. */
class ObserversTest {
    @Test
    void allIsHandedOn() {
        requireEachOverridden(ReplyObserver.class, ReplyObservers.class);
        requireEachOverridden(ServerObserver.class, ServerObservers.class);
    }

    private static void requireEachOverridden(Class<?> observer, Class<?> all) {
        assertThat(observer.getDeclaredMethods()).isNotEmpty();
        Arrays.stream(observer.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .forEach(method -> assertThatCode(() -> find(all, method))
                        .as("%s hands on %s", all.getSimpleName(), method)
                        .doesNotThrowAnyException());
    }

    private static Method find(Class<?> all, Method method) throws NoSuchMethodException {
        return all.getDeclaredMethod(method.getName(), method.getParameterTypes());
    }
}

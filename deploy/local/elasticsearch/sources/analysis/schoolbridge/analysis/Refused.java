package schoolbridge.analysis;

import org.elasticsearch.common.settings.Settings;

/** Settings the official module has and this one has not: an index that asks for one is not made. */
final class Refused {
    static void settings(Settings settings, String filter, String... names) {
        for (String name : names) {
            if (settings.hasValue(name)) {
                throw new IllegalArgumentException("[" + name + "] of " + filter + " is not offered by the local node");
            }
        }
    }

    private Refused() {}
}

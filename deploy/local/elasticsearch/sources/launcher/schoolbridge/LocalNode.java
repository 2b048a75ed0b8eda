package schoolbridge;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/** One Elasticsearch node in this very process, until it is asked to end: LocalNode HOME CONFIGURATION. */
public final class LocalNode {
    private static final long SECONDS_TO_CLOSE = 15;

    public static void main(String[] arguments) {
        try {
            start(Path.of(arguments[0]), Path.of(arguments[1]));
        } catch (Throwable failure) {
            // Threads of a half-started node would keep the process, and the supervisor would see it running.
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void start(Path home, Path configuration) throws Exception {
        LogConfigurator.configureESLogging();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
                Settings.EMPTY, Map.of("path.home", home.toString()), configuration, () -> "schoolbridge");
        LogConfigurator.configure(environment, true);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
                PluginsLoader.loadModulesBundles(environment.modulesDir()),
                PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
                Map.of());
        Node node = new Node(environment, plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node), "shutdown"));
        node.start();
        // All the node's own threads are daemons: without this one the process would end here.
        new CountDownLatch(1).await();
    }

    private static void end(Node node) {
        try {
            node.prepareForClose();
            node.close();
            node.awaitClose(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
        } catch (Exception failure) {
            failure.printStackTrace();
        }
        LogManager.shutdown();
    }
}

package schoolbridge.analysis;

import java.io.Reader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.ga.IrishLowerCaseFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianNormalizationFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.sr.SerbianNormalizationFilter;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tr.ApostropheFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredCharFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * Filters of Elasticsearch's own analysis-common module, which is not published, under their official names.
 *
 * <p>What stands here behaves as it does there; a setting that is not offered is refused, never ignored.
 */
public final class CommonAnalysis extends Plugin implements AnalysisPlugin {

    /** Reads one filter's settings once, when its index is opened. */
    @FunctionalInterface
    private interface Reading {
        UnaryOperator<TokenStream> read(IndexSettings index, Environment environment, Settings settings);
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        filters.put("apostrophe", plain(ApostropheFilter::new));
        filters.put("arabic_normalization", normalizing(ArabicNormalizationFilter::new));
        filters.put("asciifolding", (index, environment, name, settings) -> new Filter.Folding(name, settings));
        filters.put("decimal_digit", normalizing(DecimalDigitFilter::new));
        filters.put("edge_ngram", CommonAnalysis::edgeNgram);
        filters.put("elision", required(normalizing(CommonAnalysis::elision)));
        filters.put("german_normalization", normalizing(GermanNormalizationFilter::new));
        filters.put("keyword_marker", required(plain(KeywordMarker::read)));
        filters.put("length", plain(CommonAnalysis::length));
        filters.put("lowercase", normalizing(CommonAnalysis::lowercase));
        filters.put("ngram", plain(CommonAnalysis::ngram));
        filters.put("scandinavian_folding", normalizing(ScandinavianFoldingFilter::new));
        filters.put("scandinavian_normalization", normalizing(ScandinavianNormalizationFilter::new));
        filters.put("serbian_normalization", normalizing(SerbianNormalizationFilter::new));
        filters.put("stemmer", plain((index, environment, settings) -> Stemmers.of(settings)));
        filters.put("trim", normalizing(TrimFilter::new));
        filters.put("truncate", required(plain(CommonAnalysis::truncate)));
        filters.put("unique", plain(CommonAnalysis::unique));
        filters.put("word_delimiter_graph", plain(WordDelimiter::read));
        return filters;
    }

    /** What an analyzer gets that names a filter without settings; some differ from the defaults above, as officially. */
    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(
                PreConfiguredTokenFilter.singleton("apostrophe", false, ApostropheFilter::new),
                PreConfiguredTokenFilter.singleton("arabic_normalization", true, ArabicNormalizationFilter::new),
                PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new),
                PreConfiguredTokenFilter.singleton("decimal_digit", true, DecimalDigitFilter::new),
                PreConfiguredTokenFilter.singleton(
                        "edge_ngram", false, false, input -> new EdgeNGramTokenFilter(input, 1)),
                PreConfiguredTokenFilter.singleton(
                        "elision", true, input -> new ElisionFilter(input, FrenchAnalyzer.DEFAULT_ARTICLES)),
                PreConfiguredTokenFilter.singleton("german_normalization", true, GermanNormalizationFilter::new),
                PreConfiguredTokenFilter.singleton(
                        "length", false, input -> new LengthFilter(input, 0, Integer.MAX_VALUE)),
                PreConfiguredTokenFilter.singleton(
                        "ngram", false, false, input -> new NGramTokenFilter(input, 1, 2, false)),
                PreConfiguredTokenFilter.singleton("scandinavian_folding", true, ScandinavianFoldingFilter::new),
                PreConfiguredTokenFilter.singleton(
                        "scandinavian_normalization", true, ScandinavianNormalizationFilter::new),
                PreConfiguredTokenFilter.singleton("stemmer", false, PorterStemFilter::new),
                PreConfiguredTokenFilter.singleton(
                        "stop", false, input -> new StopFilter(input, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET)),
                PreConfiguredTokenFilter.singleton("trim", true, TrimFilter::new),
                PreConfiguredTokenFilter.singleton("truncate", false, input -> new TruncateTokenFilter(input, 10)),
                PreConfiguredTokenFilter.singleton("unique", false, input -> new Unique(input, false)),
                PreConfiguredTokenFilter.singleton(
                        "word_delimiter_graph", false, false, WordDelimiter.withDefaults()::apply));
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return Map.of(
                "html_strip", (index, environment, name, settings) -> new HtmlStrip(name, settings),
                "mapping",
                        AnalysisPlugin.requiresAnalysisSettings(
                                (index, environment, name, settings) -> new Mapping(name, settings)));
    }

    @Override
    public List<PreConfiguredCharFilter> getPreConfiguredCharFilters() {
        return List.of(PreConfiguredCharFilter.singleton("html_strip", false, HTMLStripCharFilter::new));
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of(
                "keyword",
                (index, environment, name, settings) -> {
                    int size = settings.getAsInt("buffer_size", KeywordTokenizer.DEFAULT_BUFFER_SIZE);
                    return TokenizerFactory.newFactory(name, () -> new KeywordTokenizer(size));
                },
                "whitespace",
                (index, environment, name, settings) -> {
                    int longest =
                            settings.getAsInt("max_token_length", StandardAnalyzer.DEFAULT_MAX_TOKEN_LENGTH);
                    return TokenizerFactory.newFactory(
                            name,
                            () -> new WhitespaceTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, longest));
                });
    }

    @Override
    public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
        return List.of(
                PreConfiguredTokenizer.singleton("keyword", KeywordTokenizer::new),
                PreConfiguredTokenizer.singleton("whitespace", WhitespaceTokenizer::new));
    }

    // ---- filters with settings

    private static TokenFilterFactory edgeNgram(
            IndexSettings index, Environment environment, String name, Settings settings) {
        Refused.settings(settings, "edge_ngram", "side");
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean original = settings.getAsBoolean("preserve_original", false);
        return new Filter(name, settings, input -> new EdgeNGramTokenFilter(input, min, max, original)) {
            @Override
            public boolean breaksFastVectorHighlighter() {
                return true;
            }
        };
    }

    private static UnaryOperator<TokenStream> ngram(IndexSettings index, Environment environment, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        if (max - min > index.getMaxNgramDiff()) {
            throw new IllegalArgumentException("max_gram is more than " + index.getMaxNgramDiff()
                    + " above min_gram; [" + IndexSettings.MAX_NGRAM_DIFF_SETTING.getKey() + "] allows more");
        }
        boolean original = settings.getAsBoolean("preserve_original", false);
        return input -> new NGramTokenFilter(input, min, max, original);
    }

    private static UnaryOperator<TokenStream> elision(
            IndexSettings index, Environment environment, Settings settings) {
        var articles = Analysis.parseArticles(environment, settings);
        if (articles == null) {
            throw new IllegalArgumentException("elision needs [articles] or [articles_path]");
        }
        return input -> new ElisionFilter(input, articles);
    }

    private static UnaryOperator<TokenStream> length(IndexSettings index, Environment environment, Settings settings) {
        int min = settings.getAsInt("min", 0);
        int max = settings.getAsInt("max", Integer.MAX_VALUE);
        return input -> new LengthFilter(input, min, max);
    }

    private static UnaryOperator<TokenStream> lowercase(
            IndexSettings index, Environment environment, Settings settings) {
        String language = settings.get("language");
        if (language == null) {
            return LowerCaseFilter::new;
        }
        return switch (language.toLowerCase(Locale.ROOT)) {
            case "greek" -> GreekLowerCaseFilter::new;
            case "irish" -> IrishLowerCaseFilter::new;
            case "turkish" -> TurkishLowerCaseFilter::new;
            default -> throw new IllegalArgumentException("lowercase knows no language [" + language + "]");
        };
    }

    private static UnaryOperator<TokenStream> truncate(
            IndexSettings index, Environment environment, Settings settings) {
        int length = settings.getAsInt("length", -1);
        if (length <= 0) {
            throw new IllegalArgumentException("truncate needs a [length] above 0");
        }
        return input -> new TruncateTokenFilter(input, length);
    }

    private static UnaryOperator<TokenStream> unique(IndexSettings index, Environment environment, Settings settings) {
        boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
        return input -> new Unique(input, samePosition);
    }

    // ---- how they are offered

    private static AnalysisProvider<TokenFilterFactory> plain(Reading reading) {
        return (index, environment, name, settings) ->
                new Filter(name, settings, reading.read(index, environment, settings));
    }

    private static AnalysisProvider<TokenFilterFactory> plain(UnaryOperator<TokenStream> filter) {
        return plain((index, environment, settings) -> filter);
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(Reading reading) {
        return (index, environment, name, settings) ->
                new Filter.Normalizing(name, settings, reading.read(index, environment, settings));
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(UnaryOperator<TokenStream> filter) {
        return normalizing((index, environment, settings) -> filter);
    }

    private static AnalysisProvider<TokenFilterFactory> required(AnalysisProvider<TokenFilterFactory> provider) {
        return AnalysisPlugin.requiresAnalysisSettings(provider);
    }

    // ---- character filters

    private static final class HtmlStrip extends AbstractCharFilterFactory {
        private final Set<String> escaped;

        HtmlStrip(String name, Settings settings) {
            super(name);
            List<String> tags = settings.getAsList("escaped_tags");
            escaped = tags.isEmpty() ? null : Set.copyOf(tags);
        }

        @Override
        public Reader create(Reader input) {
            return new HTMLStripCharFilter(input, escaped);
        }
    }

    private static final class Mapping extends AbstractCharFilterFactory implements NormalizingCharFilterFactory {
        private final NormalizeCharMap map;

        Mapping(String name, Settings settings) {
            super(name);
            Refused.settings(settings, "mapping", "mappings_path");
            List<String> rules = settings.getAsList("mappings");
            if (rules.isEmpty()) {
                throw new IllegalArgumentException("mapping needs [mappings]");
            }
            map = MappingRules.read(rules);
        }

        @Override
        public Reader create(Reader input) {
            return new MappingCharFilter(map, input);
        }
    }
}

package schoolbridge.analysis;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;

/** Words taken apart where letters, digits and case change. */
final class WordDelimiter {
    private static final Map<String, Integer> ON_UNLESS_SWITCHED_OFF = Map.of(
            "generate_word_parts", WordDelimiterGraphFilter.GENERATE_WORD_PARTS,
            "generate_number_parts", WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS,
            "split_on_case_change", WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE,
            "split_on_numerics", WordDelimiterGraphFilter.SPLIT_ON_NUMERICS,
            "stem_english_possessive", WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE);
    private static final Map<String, Integer> OFF_UNLESS_SWITCHED_ON = Map.of(
            "catenate_words", WordDelimiterGraphFilter.CATENATE_WORDS,
            "catenate_numbers", WordDelimiterGraphFilter.CATENATE_NUMBERS,
            "catenate_all", WordDelimiterGraphFilter.CATENATE_ALL,
            "preserve_original", WordDelimiterGraphFilter.PRESERVE_ORIGINAL,
            "ignore_keywords", WordDelimiterGraphFilter.IGNORE_KEYWORDS);

    static UnaryOperator<TokenStream> read(IndexSettings index, Environment environment, Settings settings) {
        Refused.settings(settings, "word_delimiter_graph", "type_table", "type_table_path");
        var listed = Analysis.getWordSet(environment, settings, "protected_words");
        return filter(settings, listed == null ? null : CharArraySet.copy(listed));
    }

    static UnaryOperator<TokenStream> withDefaults() {
        return filter(Settings.EMPTY, null);
    }

    private static UnaryOperator<TokenStream> filter(Settings settings, CharArraySet protectedWords) {
        int flags = flags(settings, ON_UNLESS_SWITCHED_OFF, true) | flags(settings, OFF_UNLESS_SWITCHED_ON, false);
        boolean adjustOffsets = settings.getAsBoolean("adjust_offsets", true);
        return input -> new WordDelimiterGraphFilter(
                input, adjustOffsets, WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE, flags, protectedWords);
    }

    private static int flags(Settings settings, Map<String, Integer> known, boolean unlessSaid) {
        return known.entrySet().stream()
                .filter(flag -> settings.getAsBoolean(flag.getKey(), unlessSaid))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private WordDelimiter() {}
}

package schoolbridge.analysis;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.Analysis;

/** Words no stemmer touches: a list of them, or a pattern. */
final class KeywordMarker {
    static UnaryOperator<TokenStream> read(IndexSettings index, Environment environment, Settings settings) {
        String pattern = settings.get("keywords_pattern");
        if (pattern == null) {
            return listed(environment, settings);
        }
        if (settings.get("keywords") != null || settings.get("keywords_path") != null) {
            throw new IllegalArgumentException("keyword_marker takes a list or [keywords_pattern], not both");
        }
        Pattern compiled = Pattern.compile(pattern);
        return input -> new PatternKeywordMarkerFilter(input, compiled);
    }

    private static UnaryOperator<TokenStream> listed(Environment environment, Settings settings) {
        var words = Analysis.getWordSet(environment, settings, "keywords");
        if (words == null) {
            throw new IllegalArgumentException("keyword_marker needs [keywords] or [keywords_pattern]");
        }
        CharArraySet keywords = new CharArraySet(words, settings.getAsBoolean("ignore_case", false));
        return input -> new SetKeywordMarkerFilter(input, keywords);
    }

    private KeywordMarker() {}
}

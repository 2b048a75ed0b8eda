package schoolbridge.analysis;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;

/** One filter of one index: its settings are read, it is only put behind whatever comes before it. */
class Filter extends AbstractTokenFilterFactory {
    private final UnaryOperator<TokenStream> filter;

    Filter(String name, Settings settings, UnaryOperator<TokenStream> filter) {
        super(name, settings);
        this.filter = filter;
    }

    @Override
    public TokenStream create(TokenStream input) {
        return filter.apply(input);
    }

    /** May stand in a normalizer, and is applied to wildcards and prefixes too. */
    static class Normalizing extends Filter implements NormalizingTokenFilterFactory {
        Normalizing(String name, Settings settings, UnaryOperator<TokenStream> filter) {
            super(name, settings, filter);
        }
    }

    /** Letters without accents, and on request the original beside them, but not for wildcards and prefixes. */
    static final class Folding extends Normalizing {
        Folding(String name, Settings settings) {
            super(name, settings, reading(settings.getAsBoolean("preserve_original", false)));
        }

        private static UnaryOperator<TokenStream> reading(boolean original) {
            return input -> new ASCIIFoldingFilter(input, original);
        }

        @Override
        public TokenStream normalize(TokenStream input) {
            return new ASCIIFoldingFilter(input, false);
        }
    }
}

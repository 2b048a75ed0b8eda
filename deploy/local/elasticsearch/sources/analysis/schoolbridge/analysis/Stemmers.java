package schoolbridge.analysis;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.bg.BulgarianStemFilter;
import org.apache.lucene.analysis.cz.CzechStemFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.el.GreekStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.gl.GalicianMinimalStemFilter;
import org.apache.lucene.analysis.gl.GalicianStemFilter;
import org.apache.lucene.analysis.hu.HungarianLightStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.lv.LatvianStemFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemmer;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseStemFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.sv.SwedishLightStemFilter;
import org.elasticsearch.common.settings.Settings;
import org.tartarus.snowball.SnowballStemmer;
import org.tartarus.snowball.ext.ArmenianStemmer;
import org.tartarus.snowball.ext.BasqueStemmer;
import org.tartarus.snowball.ext.CatalanStemmer;
import org.tartarus.snowball.ext.DanishStemmer;
import org.tartarus.snowball.ext.DutchStemmer;
import org.tartarus.snowball.ext.EnglishStemmer;
import org.tartarus.snowball.ext.EstonianStemmer;
import org.tartarus.snowball.ext.FinnishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.German2Stemmer;
import org.tartarus.snowball.ext.GermanStemmer;
import org.tartarus.snowball.ext.HungarianStemmer;
import org.tartarus.snowball.ext.IrishStemmer;
import org.tartarus.snowball.ext.ItalianStemmer;
import org.tartarus.snowball.ext.LithuanianStemmer;
import org.tartarus.snowball.ext.NorwegianStemmer;
import org.tartarus.snowball.ext.PortugueseStemmer;
import org.tartarus.snowball.ext.RomanianStemmer;
import org.tartarus.snowball.ext.RussianStemmer;
import org.tartarus.snowball.ext.SpanishStemmer;
import org.tartarus.snowball.ext.SwedishStemmer;
import org.tartarus.snowball.ext.TurkishStemmer;

/** Which of Lucene's stemmers is meant by a language of the filter `stemmer`. */
final class Stemmers {
    private static final Map<String, UnaryOperator<TokenStream>> BY_LANGUAGE = new TreeMap<>();

    static {
        BY_LANGUAGE.put("arabic", ArabicStemFilter::new);
        BY_LANGUAGE.put("armenian", snowball(ArmenianStemmer::new));
        BY_LANGUAGE.put("basque", snowball(BasqueStemmer::new));
        BY_LANGUAGE.put("bulgarian", BulgarianStemFilter::new);
        BY_LANGUAGE.put("catalan", snowball(CatalanStemmer::new));
        BY_LANGUAGE.put("czech", CzechStemFilter::new);
        BY_LANGUAGE.put("danish", snowball(DanishStemmer::new));
        BY_LANGUAGE.put("dutch", snowball(DutchStemmer::new));
        BY_LANGUAGE.put("english", PorterStemFilter::new);
        BY_LANGUAGE.put("light_english", KStemFilter::new);
        BY_LANGUAGE.put("minimal_english", EnglishMinimalStemFilter::new);
        BY_LANGUAGE.put("porter", PorterStemFilter::new);
        BY_LANGUAGE.put("porter2", snowball(EnglishStemmer::new));
        BY_LANGUAGE.put("possessive_english", EnglishPossessiveFilter::new);
        BY_LANGUAGE.put("estonian", snowball(EstonianStemmer::new));
        BY_LANGUAGE.put("finnish", snowball(FinnishStemmer::new));
        BY_LANGUAGE.put("light_finnish", FinnishLightStemFilter::new);
        BY_LANGUAGE.put("french", snowball(FrenchStemmer::new));
        BY_LANGUAGE.put("light_french", FrenchLightStemFilter::new);
        BY_LANGUAGE.put("minimal_french", FrenchMinimalStemFilter::new);
        BY_LANGUAGE.put("galician", GalicianStemFilter::new);
        BY_LANGUAGE.put("minimal_galician", GalicianMinimalStemFilter::new);
        BY_LANGUAGE.put("german", snowball(GermanStemmer::new));
        BY_LANGUAGE.put("german2", snowball(German2Stemmer::new));
        BY_LANGUAGE.put("light_german", GermanLightStemFilter::new);
        BY_LANGUAGE.put("minimal_german", GermanMinimalStemFilter::new);
        BY_LANGUAGE.put("greek", GreekStemFilter::new);
        BY_LANGUAGE.put("hungarian", snowball(HungarianStemmer::new));
        BY_LANGUAGE.put("light_hungarian", HungarianLightStemFilter::new);
        BY_LANGUAGE.put("irish", snowball(IrishStemmer::new));
        BY_LANGUAGE.put("italian", snowball(ItalianStemmer::new));
        BY_LANGUAGE.put("light_italian", ItalianLightStemFilter::new);
        BY_LANGUAGE.put("latvian", LatvianStemFilter::new);
        BY_LANGUAGE.put("lithuanian", snowball(LithuanianStemmer::new));
        BY_LANGUAGE.put("norwegian", snowball(NorwegianStemmer::new));
        BY_LANGUAGE.put("light_norwegian", NorwegianLightStemFilter::new);
        BY_LANGUAGE.put("minimal_norwegian", NorwegianMinimalStemFilter::new);
        BY_LANGUAGE.put("light_nynorsk", input -> new NorwegianLightStemFilter(input, NorwegianLightStemmer.NYNORSK));
        BY_LANGUAGE.put(
                "minimal_nynorsk", input -> new NorwegianMinimalStemFilter(input, NorwegianLightStemmer.NYNORSK));
        BY_LANGUAGE.put("portuguese", snowball(PortugueseStemmer::new));
        BY_LANGUAGE.put("light_portuguese", PortugueseLightStemFilter::new);
        BY_LANGUAGE.put("minimal_portuguese", PortugueseMinimalStemFilter::new);
        BY_LANGUAGE.put("portuguese_rslp", PortugueseStemFilter::new);
        BY_LANGUAGE.put("romanian", snowball(RomanianStemmer::new));
        BY_LANGUAGE.put("russian", snowball(RussianStemmer::new));
        BY_LANGUAGE.put("light_russian", RussianLightStemFilter::new);
        BY_LANGUAGE.put("spanish", snowball(SpanishStemmer::new));
        BY_LANGUAGE.put("light_spanish", SpanishLightStemFilter::new);
        BY_LANGUAGE.put("swedish", snowball(SwedishStemmer::new));
        BY_LANGUAGE.put("light_swedish", SwedishLightStemFilter::new);
        BY_LANGUAGE.put("turkish", snowball(TurkishStemmer::new));
    }

    static UnaryOperator<TokenStream> of(Settings settings) {
        String language = settings.get("language", settings.get("name", "porter"));
        UnaryOperator<TokenStream> stemmer = BY_LANGUAGE.get(language.toLowerCase(Locale.ROOT));
        if (stemmer == null) {
            throw new IllegalArgumentException("stemmer knows no language [" + language + "] on the local node");
        }
        return stemmer;
    }

    /** A Snowball stemmer keeps what it is working on: each stream has its own. */
    private static UnaryOperator<TokenStream> snowball(Supplier<SnowballStemmer> stemmer) {
        return input -> new SnowballFilter(input, stemmer.get());
    }

    private Stemmers() {}
}

package schoolbridge.analysis;

import java.util.List;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;

/** Rules "from => to"; blanks around either side do not count, escapes as in Java's strings do. */
final class MappingRules {
    private static final String ARROW = "=>";

    static NormalizeCharMap read(List<String> rules) {
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            int arrow = rule.lastIndexOf(ARROW);
            if (arrow < 0) {
                throw new IllegalArgumentException("no rule of the form from => to: [" + rule + "]");
            }
            map.add(unescaped(rule.substring(0, arrow).trim()), unescaped(rule.substring(arrow + 2).trim()));
        }
        return map.build();
    }

    private static String unescaped(String text) {
        StringBuilder said = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            if (letter != '\\') {
                said.append(letter);
                continue;
            }
            at++;
            if (at == text.length()) {
                throw new IllegalArgumentException("nothing is escaped at the end of [" + text + "]");
            }
            switch (text.charAt(at)) {
                case 'n' -> said.append('\n');
                case 't' -> said.append('\t');
                case 'r' -> said.append('\r');
                case 'b' -> said.append('\b');
                case 'f' -> said.append('\f');
                case 'u' -> {
                    if (at + 4 >= text.length()) {
                        throw new IllegalArgumentException("four digits follow a u: [" + text + "]");
                    }
                    said.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                default -> said.append(text.charAt(at));
            }
        }
        return said.toString();
    }

    private MappingRules() {}
}

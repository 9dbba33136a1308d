import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.queries.spans.SpanMultiTermQueryWrapper;
import org.apache.lucene.queries.spans.SpanNearQuery;
import org.apache.lucene.queries.spans.SpanNotQuery;
import org.apache.lucene.queries.spans.SpanOrQuery;
import org.apache.lucene.queries.spans.SpanQuery;
import org.apache.lucene.queries.spans.SpanTermQuery;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene 9 beside Redwell's search, asked the same questions. {@code search_bench} writes this file out and runs it with
 * {@code java -cp JAR LucenePeer.java}.
 *
 * <p>{@code index TEXTS PLACE} indexes texts, each preceded by its length in bytes (four bytes, the highest first), and prints what
 * that took. {@code ask PLACE QUERIES} answers a question a line until there are no more. Answers are JSON, one a line. Words are what
 * StandardAnalyzer makes of a text. Counts are exact and nothing is answered from a cache of results, as with the others.
 */
public final class LucenePeer {
    private static final String TEXT = "text";

    /** Hits gathered of each query. */
    private static final int PAGE = 50;

    /** Memory for words not yet written and threads that index: what the others have. */
    private static final double WRITER_MEGABYTES = 64;

    private static final int THREADS = 2;

    /** All queries are asked so often, and for so long, before any is measured: code that runs often is compiled by then. */
    private static final int WARM_ROUNDS = 20;

    private static final long WARM_NANOSECONDS = 15_000_000_000L;
    private static final long WARM_AT_MOST_NANOSECONDS = 90_000_000_000L;

    private LucenePeer() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "index" -> index(Path.of(arguments[1]), Path.of(arguments[2]));
            case "ask" -> ask(Path.of(arguments[1]), Path.of(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void index(Path texts, Path place) throws Exception {
        long began = System.nanoTime();
        long before = processorNanoseconds();
        var settings = new IndexWriterConfig(new StandardAnalyzer());
        settings.setRAMBufferSizeMB(WRITER_MEGABYTES).setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        try (var directory = FSDirectory.open(place);
                var content = new DataInputStream(new BufferedInputStream(Files.newInputStream(texts), 1 << 20));
                var writer = new IndexWriter(directory, settings)) {
            var failed = new Throwable[THREADS];
            var threads = new Thread[THREADS];
            for (int number = 0; number < THREADS; number++) {
                int own = number;
                threads[number] = new Thread(() -> {
                    try {
                        for (String text = next(content); text != null; text = next(content)) {
                            var document = new Document();
                            document.add(new TextField(TEXT, text, Field.Store.NO));
                            writer.addDocument(document);
                        }
                    } catch (IOException why) {
                        failed[own] = why;
                    }
                });
                threads[number].start();
            }
            for (int number = 0; number < THREADS; number++) {
                threads[number].join();
                if (failed[number] != null) {
                    throw new IOException(failed[number]);
                }
            }
            writer.commit();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double processor = (processorNanoseconds() - before) / 1e9;
        say("{\"name\":\"" + name() + "\",\"seconds\":" + seconds + ",\"cpu_seconds\":" + processor + ",\"peak_bytes\":" + peak() + "}");
    }

    private static String next(DataInputStream content) throws IOException {
        byte[] bytes;
        synchronized (content) {
            try {
                bytes = new byte[content.readInt()];
            } catch (EOFException end) {
                return null;
            }
            content.readFully(bytes);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void ask(Path place, Path queries) throws IOException {
        IndexSearcher.setMaxClauseCount(1 << 20);
        try (var reader = DirectoryReader.open(FSDirectory.open(place));
                var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            var searcher = new IndexSearcher(reader);
            searcher.setQueryCache(null);
            warm(searcher, Files.readAllLines(queries));
            say("{\"name\":\"" + name() + "\"}");
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                Query query = query(line.split("\t"));
                long began = System.nanoTime();
                long documents = documents(searcher, query);
                say("{\"nanoseconds\":" + (System.nanoTime() - began) + ",\"documents\":" + documents + "}");
            }
        }
    }

    private static void warm(IndexSearcher searcher, List<String> lines) throws IOException {
        long began = System.nanoTime();
        for (int round = 0; round < WARM_ROUNDS || System.nanoTime() - began < WARM_NANOSECONDS; round++) {
            for (String line : lines) {
                documents(searcher, query(line.split("\t")));
                if (System.nanoTime() - began > WARM_AT_MOST_NANOSECONDS) {
                    return;
                }
            }
        }
    }

    /** Gathers the first page and the exact count. */
    private static long documents(IndexSearcher searcher, Query query) throws IOException {
        var collector = TopScoreDocCollector.create(PAGE, Integer.MAX_VALUE);
        searcher.search(query, collector);
        return collector.topDocs().totalHits.value;
    }

    private static Query query(String[] asked) {
        return switch (asked[0]) {
            case "word" -> new TermQuery(term(asked[1]));
            case "and" -> all(BooleanClause.Occur.MUST, asked);
            case "or" -> all(BooleanClause.Occur.SHOULD, asked);
            case "not" -> new BooleanQuery.Builder()
                    .add(new TermQuery(term(asked[1])), BooleanClause.Occur.MUST)
                    .add(new TermQuery(term(asked[2])), BooleanClause.Occur.MUST_NOT)
                    .build();
            case "phrase" -> new PhraseQuery(TEXT, Arrays.copyOfRange(asked, 1, asked.length));
            case "near" -> near(asked[1], side(asked[2]), side(asked[3]));
            case "nested" -> near(asked[4], near(asked[1], side(asked[2]), side(asked[3])), side(asked[5]));
            case "notnear" -> {
                int distance = Integer.parseInt(asked[1]);
                yield new SpanNotQuery(side(asked[2]), side(asked[3]), distance, distance);
            }
            case "pattern" -> asked[1].indexOf('*') == asked[1].length() - 1
                    ? new PrefixQuery(term(asked[1].substring(0, asked[1].length() - 1)))
                    : new WildcardQuery(term(asked[1]));
            // As many words as there are: the usual limit of fifty would find less.
            case "fuzzy" -> new FuzzyQuery(term(asked[1]), 1, 0, 1024, true);
            default -> throw new IllegalArgumentException(asked[0]);
        };
    }

    private static Query all(BooleanClause.Occur occur, String[] asked) {
        var query = new BooleanQuery.Builder();
        Arrays.stream(asked).skip(1).forEach(word -> query.add(new TermQuery(term(word)), occur));
        return query.build();
    }

    /** Within a distance in either order. Slop counts the words between, a distance the steps. */
    private static SpanQuery near(String distance, SpanQuery one, SpanQuery other) {
        return new SpanNearQuery(new SpanQuery[] {one, other}, Integer.parseInt(distance) - 1, false);
    }

    /** Any of some words, each of which may be the beginning of many. */
    private static SpanQuery side(String words) {
        SpanQuery[] any = Arrays.stream(words.split(" ")).map(LucenePeer::span).toArray(SpanQuery[]::new);
        return any.length == 1 ? any[0] : new SpanOrQuery(any);
    }

    private static SpanQuery span(String word) {
        return word.endsWith("*")
                ? new SpanMultiTermQueryWrapper<>(new PrefixQuery(term(word.substring(0, word.length() - 1))))
                : new SpanTermQuery(term(word));
    }

    private static Term term(String word) {
        return new Term(TEXT, word);
    }

    private static long processorNanoseconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** The most memory this process had, in bytes. */
    private static long peak() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    private static String name() {
        return "Lucene " + Version.LATEST;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

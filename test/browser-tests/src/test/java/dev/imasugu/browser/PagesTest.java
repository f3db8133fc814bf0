package dev.imasugu.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.shop.HttpSite;
import dev.imasugu.shop.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, on a running server with a small shop. */
class PagesTest {
  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  @TempDir private static Path folder;
  private static Node node;
  private static Playwright playwright;
  private static Browser browser;
  private static String chromium;

  private final List<String> complaints = new ArrayList<>();
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void startServerAndBrowser() throws Exception {
    chromium = System.getProperty("imasugu.chromium", "/usr/bin/chromium");
    assertThat(Path.of(chromium)).as("a Chromium; ./imasugu test --browser finds one").exists();
    copyProject(folder);
    node = Node.start(Project.load(folder), NodeOptions.onPort(0));
    try (var site = new HttpSite(URI.create("http://127.0.0.1:" + node.port()), "")) {
      var shop = new Shop(site, 1, 600, 60, "home", Instant.parse("2026-11-22T10:00:00Z"));
      shop.stock();
      shop.history(3_000, Duration.ofDays(14), Instant.now(), true, _ -> {});
    }
    node.awaitRunning(Duration.ofMinutes(3));
    node.awaitDrained(Duration.ofMinutes(3));
    playwright = Playwright.create();
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(Path.of(chromium))
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    Files.createDirectories(SCREENSHOTS);
  }

  private static void copyProject(Path folder) {
    Path examples = Path.of("../../examples/shop").toAbsolutePath().normalize();
    for (String file :
        List.of(
            "imasugu.yaml",
            "platform.yaml",
            "placements/home.yaml",
            "placements/recently-viewed.yaml",
            "sql/excluded_items.sql",
            "sql/item_popularity.sql",
            "sql/item_transitions.sql",
            "sql/recent_items.sql")) {
      try {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.copy(examples.resolve(file), folder.resolve(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @AfterAll
  static void stop() {
    Stream.of(browser, playwright, node)
        .filter(each -> each != null)
        .forEach(
            each -> {
              try {
                each.close();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  @BeforeEach
  void listen() {
    open(1_280, 900);
  }

  private void open(int width, int height) {
    if (context != null) {
      context.close();
    }
    context = browser.newContext(new Browser.NewContextOptions().setViewportSize(width, height));
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
  }

  @AfterEach
  void noComplaints() {
    context.close();
    assertThat(complaints).as("what the browser complained of").isEmpty();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + node.port() + path;
  }

  private List<String> list() {
    return ids("#stage .list li");
  }

  private List<String> ids(String selector) {
    return page.locator(selector).all().stream().map(card -> card.getAttribute("data-id")).toList();
  }

  private void click(int position) {
    Locator card = page.locator("#stage .list li").nth(position);
    String id = card.getAttribute("data-id");
    card.locator("button.open").click();
    page.waitForSelector(
        "#stage .history li:first-child[data-id='h-" + id + "']",
        new Page.WaitForSelectorOptions().setTimeout(20_000));
  }

  @Test
  void newVisitor_clicksThree_eachChangesTheList() {
    page.navigate(url("/?lang=en"));
    page.locator("[data-new-visitor]").click();
    assertThat(page.url()).contains("anonymous:");
    assertThat(page.locator(".history .empty").innerText()).isEqualTo("Nothing yet.");
    shoot("visitor");
    for (int click = 1; click <= 3; click++) {
      List<String> before = list();
      click(click);
      assertThat(list()).isNotEqualTo(before).doesNotContain(before.get(click));
      assertThat(page.locator(".took .number").innerText()).matches("[0-9.]+ ms");
      assertThat(page.locator("#seen").innerText()).contains("on your screen after");
      assertThat(page.locator(".history li").count()).isEqualTo(click);
    }
    assertThat(page.locator(".list small").allInnerTexts())
        .anyMatch(why -> why.startsWith("after “"));
    shoot("after-three-clicks");
    assertAccessible();
  }

  @Test
  void person_dismissesAndLikes_dismissedIsGoneLikedIsInHistory() {
    page.navigate(url("/?lang=ja&user=u00007"));
    assertThat(page.locator("html").getAttribute("lang")).isEqualTo("ja");
    String dismissed = list().getFirst();
    page.locator("#stage .list li").first().locator("button[value=dismiss]").click();
    page.waitForCondition(() -> !list().contains(dismissed));
    String liked = list().get(1);
    page.locator("#stage .list li").nth(1).locator("button[value=like]").click();
    page.waitForSelector("#stage .history li:first-child[data-id='h-" + liked + "']");
    assertThat(page.locator(".history li small").first().innerText()).contains("お気に入り");
    assertThat(list()).doesNotContain(dismissed, liked);
    shoot("person-ja");
    assertAccessible();
  }

  @Test
  void figures_afterClicks_move() {
    page.navigate(url("/?lang=en&user=u00003"));
    page.waitForCondition(() -> page.locator("#events").innerText().equals("0.0"));
    click(0);
    click(1);
    page.waitForCondition(() -> !page.locator("#events").innerText().equals("0.0"));
    page.waitForCondition(() -> page.locator(".chart .p50").getAttribute("d").length() > 4);
  }

  @Test
  void phone_fitsItsWidth() {
    open(390, 844);
    for (String path : List.of("/?lang=ja&user=u00007", "/console/operators?lang=en")) {
      page.navigate(url(path));
      assertThat((Number) page.evaluate("document.documentElement.scrollWidth"))
          .as(path)
          .satisfies(width -> assertThat(width.intValue()).isLessThanOrEqualTo(390));
      assertAccessible();
      shoot(path.startsWith("/?") ? "phone" : "phone-operators");
    }
  }

  @Test
  void sql_opened_showsTheProjectsFiles() {
    page.navigate(url("/?lang=en"));
    page.locator("details.sql summary").click();
    page.waitForSelector("#sql pre");
    assertThat(page.locator("#sql").innerText())
        .contains("placements/home.yaml", "sql/item_transitions.sql", "INSERT INTO");
    assertAccessible();
    shoot("sql");
  }

  @Test
  void operators_showsEveryQuery() {
    page.navigate(url("/console/operators?lang=en"));
    assertThat(page.locator("tbody").first().innerText())
        .contains("recent_items", "item_transitions", "running");
    page.waitForResponse(response -> response.url().contains("/console/operators"), () -> {});
    assertAccessible();
    shoot("operators");
  }

  @Test
  void page_isSmallAndComesFromHereAlone() {
    var responses = new ArrayList<Response>();
    page.onResponse(responses::add);
    page.navigate(url("/?lang=ja&user=u00007"));
    page.waitForLoadState();
    // Bodies are asked for afterwards: the browser does not answer while it tells of a response.
    List<Response> loaded = List.copyOf(responses);
    assertThat(loaded).hasSizeGreaterThanOrEqualTo(4);
    assertThat(loaded.stream().mapToLong(response -> response.body().length).sum())
        .isPositive()
        .isLessThan(200_000);
    assertThat(loaded)
        .extracting(response -> URI.create(response.url()).getAuthority())
        .containsOnly("127.0.0.1:" + node.port());
  }

  @Test
  void hostileUser_isShownAsText() {
    page.navigate(url("/?lang=en&user=%3Cscript%3Ealert(1)%3C/script%3E%22%27"));
    assertThat(page.locator("#user").inputValue()).isEqualTo("<script>alert(1)</script>\"'");
    assertThat(page.locator("main script").count()).isZero();
    click(0);
    assertThat(page.locator("main script").count()).isZero();
  }

  private void shoot(String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")).setFullPage(true));
  }

  private void assertAccessible() {
    try (var in = PagesTest.class.getResourceAsStream("/axe.min.js")) {
      page.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Object violations =
        page.evaluate(
            "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes.map(n =>"
                + " n.html.slice(0, 120) + ' ' + n.failureSummary).join(' | '))");
    assertThat((List<?>) violations).as("axe-core").isEmpty();
  }
}

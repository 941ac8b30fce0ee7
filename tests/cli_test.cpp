// The program seegrad as its users meet it: what it prints, where, and what it exits with.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct answer {
  int code;
  std::string out, err;
};

auto program() -> std::string {
  const auto* path = std::getenv("SEEGRAD");
  REQUIRE_MESSAGE(path != nullptr, "SEEGRAD names the program that is tested");
  return path;
}

// A folder of this process alone, gone at its end.
struct folder {
  fs::path path = fs::temp_directory_path() / ("seegrad_cli_" + std::to_string(getpid()));
  folder() { fs::create_directories(path); }
  ~folder() { fs::remove_all(path); }
};
auto in_folder(const std::string& name) -> std::string {
  static const folder f;
  return (f.path / name).string();
}

auto read(const std::string& file) -> std::string {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

auto write(const std::string& file, const std::string& bytes) -> std::string {
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

[[noreturn]] auto become(const std::vector<std::string>& arguments, int in, int out, int err) -> void {
  dup2(in, 0), dup2(out, 1), dup2(err, 2);
  std::vector<char*> list;
  for (const auto& a : arguments) list.push_back(const_cast<char*>(a.c_str()));
  list.push_back(nullptr);
  execv(list[0], list.data());
  _exit(127);
}

// What a terminal shows of the program's standard output.
auto run_on_terminal(std::vector<std::string> arguments) -> std::string {
  arguments.insert(arguments.begin(), program());
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(grantpt(terminal) == 0);
  REQUIRE(unlockpt(terminal) == 0);
  const int inside = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  const auto child = fork();
  if (child == 0) become(arguments, inside, inside, inside);
  close(inside);
  std::string out;
  char block[4096];
  for (ssize_t got; (got = ::read(terminal, block, sizeof block)) > 0;) out.append(block, static_cast<std::size_t>(got));
  close(terminal);
  waitpid(child, nullptr, 0);
  return out;
}

auto run(std::vector<std::string> arguments, const std::string& input = "") -> answer {
  arguments.insert(arguments.begin(), program());
  const auto out = in_folder("out"), err = in_folder("err"), in = write(in_folder("in"), input);
  const auto make = [](const std::string& file) { return open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600); };
  const int files[] = {open(in.c_str(), O_RDONLY), make(out), make(err)};
  const auto child = fork();
  if (child == 0) become(arguments, files[0], files[1], files[2]);
  for (const int f : files) close(f);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(out), read(err)};
}

// The row of a table that begins with these cells; cells are two blanks apart at least.
auto row(const std::string& out, const std::string& node) -> std::vector<std::string> {
  std::size_t begin = 0;
  while (begin < out.size()) {
    const auto end = std::min(out.find('\n', begin), out.size());
    const auto line = out.substr(begin, end - begin);
    begin = end + 1;
    std::vector<std::string> cells;
    for (std::size_t at = 0; at < line.size();) {
      const auto stop = std::min(line.find("  ", at), line.size());
      cells.push_back(line.substr(at, stop - at));
      at = std::min(line.find_first_not_of(' ', stop), line.size());
    }
    if (!cells.empty() && cells.front() == node) return cells;
  }
  return {};
}

using cells = std::vector<std::string>;
auto contains(const std::string& text, const std::string& part) -> bool { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("cli: the demo, byte by byte") {
  const auto [code, out, err] = run({"3*(a + b*c)", "a=7", "b=4", "c=2"});
  CHECK(code == 0);
  CHECK(err == "");
  CHECK(out ==
        "node     operation      value  gradient\n"
        "a        input              7         3\n"
        "b        input              4         6\n"
        "c        input              2        12\n"
        "b*c      b * c              8         3\n"
        "a + b*c  a + (b*c)         15         3\n"
        "y        3 * (a + b*c)     45         1\n");
}

TEST_CASE("cli: names given by statements") {
  const auto [code, out, err] = run({"u = b*c; v = a + u; J = 3*v", "a=7", "b=4", "c=2"});
  CHECK(code == 0);
  CHECK(row(out, "u") == cells{"u", "b * c", "8", "3"});
  CHECK(row(out, "v") == cells{"v", "a + u", "15", "3"});
  CHECK(row(out, "J") == cells{"J", "3 * v", "45", "1"});
}

TEST_CASE("cli: the sigmoid neuron of the textbooks") {
  // Values of Stanford's CS231n notes, which round to 0.73, -0.20, -0.39, 0.20, 0.39, -0.59.
  const auto [code, out, err] = run({"1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2", "w1=-3", "w2=-3", "x0=-1", "x1=-2", "--digits", "4"});
  CHECK(code == 0);
  CHECK(row(out, "y").at(2) == "0.7311");
  CHECK(row(out, "w0").at(3) == "-0.1966");
  CHECK(row(out, "w1").at(3) == "-0.3932");
  CHECK(row(out, "w2").at(3) == "0.1966");
  CHECK(row(out, "x0").at(3) == "0.3932");
  CHECK(row(out, "x1").at(3) == "-0.5898");
}

TEST_CASE("cli: columns line up by what a terminal shows") {
  const auto out = run({"名前*ä", "名前=2", "ä=-0.5"}).out;
  CHECK(out ==
        "node  operation  value  gradient\n"
        "名前  input         2       -0.5\n"
        "ä     input        -0.5      2\n"
        "y     名前 * ä     -1        1\n");
}

TEST_CASE("cli: claims") {
  const std::vector<std::string> demo{"u = b*c; v = a + u; J = 3*v", "a=7", "b=4", "c=2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), demo.begin(), demo.end());
    return run(more);
  };
  const auto wrong = with({"--claim", "c=9"});
  CHECK(wrong.code == 1);
  CHECK(wrong.out.ends_with("\nyou say dJ/dc = 9; it is 12\n"));
  CHECK(wrong.err == "");

  const auto right = with({"--claim", "c=12"});
  CHECK(right.code == 0);
  CHECK(right.out.ends_with("\ndJ/dc = 12, as you say\n"));

  const auto several = with({"--claim=a=3", "--claim", "u=-3", "--claim", "J=1"});
  CHECK(several.code == 1);
  CHECK(contains(several.out, "dJ/da = 3, as you say\nyou say dJ/du = -3; it is 3\ndJ/dJ = 1, as you say\n"));

  const auto unknown = with({"--claim", "bb=1"});
  CHECK(unknown.code == 2);
  CHECK(unknown.out == "");
  CHECK(unknown.err == "seegrad: there is no 'bb' in the expression; did you mean 'b'?\n  bb=1\n  ^~\n");
}

TEST_CASE("cli: a claim is right if the derivative rounds to it") {
  // d/dx of x³/3 at x = 0.768 is 0.589824.
  const auto code = [](const char* claim) { return run({"x^3/3", "x=0.768", "--claim", std::string("x=") + claim}).code; };
  CHECK(code("0.5898") == 0);
  CHECK(code("0.59") == 0);
  CHECK(code("0.6") == 0);
  CHECK(code("5.898e-1") == 0);
  CHECK(code("0.589824") == 0);
  CHECK(code("0.5897") == 1);
  CHECK(code("0.58982") == 0);
  CHECK(code("0.58983") == 1);
  CHECK(code("-0.5898") == 1);
  CHECK(code("0.768^2") == 0);
  CHECK(code("1") == 1);  // a whole number is meant as it stands
  CHECK(code("nan") == 1);
  const auto near = run({"x*12.0000001", "x=1", "--claim", "x=12"});
  CHECK(near.code == 1);
  CHECK(contains(near.out, "you say dy/dx = 12; it is 12.0000001"));
}

TEST_CASE("cli: second derivatives") {
  const auto [code, out, err] = run({"x^2*y + z", "x=3", "y=5", "z=1", "--second"});
  CHECK(code == 0);
  const auto table = out.substr(out.find("second derivatives of f\n"));
  CHECK(row(table, "x") == cells{"x", "10", "6", "0"});
  CHECK(row(table, "y") == cells{"y", "6", "0", "0"});
  CHECK(row(table, "z") == cells{"z", "0", "0", "0"});
}

TEST_CASE("cli: --check") {
  const auto [code, out, err] = run({"3*(a + b*c)", "a=7", "b=4", "c=2", "--check"});
  CHECK(code == 0);
  CHECK(contains(out, "5 PASS, 0 FAIL"));
  CHECK(run({"1/a", "a=0", "--check"}).code == 1);
}

TEST_CASE("cli: --json is one document") {
  const auto [code, out, err] = run({"u = b*c; v = a + u; J = 3*v", "a=7", "b=4", "c=2", "--json", "--check", "--second", "--claim", "c=9"});
  CHECK(code == 1);
  const auto j = json::parse(out);
  CHECK(j["expression"] == "u = b*c; v = a + u; J = 3*v");
  CHECK(j["output"]["name"] == "J");
  CHECK(j["output"]["value"] == 45);
  CHECK(j["gradient"] == json{{"a", 3.0}, {"b", 6.0}, {"c", 12.0}});
  CHECK(j["hessian"]["rows"] == json{{0.0, 0.0, 0.0}, {0.0, 0.0, 3.0}, {0.0, 3.0, 0.0}});
  CHECK(j["claims"][0] == json{{"name", "c"}, {"claimed", 9.0}, {"actual", 12.0}, {"right", false}});
  CHECK(j["ok"] == false);
  CHECK(j["check"].is_object());
  REQUIRE(j["nodes"].size() == 7);
  const auto& top = j["nodes"][j["output"]["node"].get<std::size_t>()];
  CHECK(top["operation"] == "mul");
  CHECK(top["text"] == "3*v");
  CHECK(top["gradient"] == 1);
  CHECK(j["nodes"][top["operands"][1].get<std::size_t>()]["name"] == "v");

  const auto infinite = json::parse(run({"1/a - log(b)", "a=0", "b=-1", "--json"}).out);
  CHECK(infinite["output"]["value"] == "nan");
  CHECK(infinite["gradient"]["a"] == "-inf");
  CHECK(infinite["notes"].size() == 1);
  CHECK(json::parse(run({"2^3^2", "--json"}).out)["output"] == json{{"name", "y"}, {"value", 512.0}, {"node", nullptr}});
}

TEST_CASE("cli: pictures") {
  const auto svg = in_folder("J.svg"), png = in_folder("J.png"), dot = in_folder("J.dot");
  const auto [code, out, err] = run({"3*(a + b*c)", "a=7", "b=4", "c=2", "--check", "--picture", svg, "--picture", png, "--picture", dot});
  CHECK(code == 0);
  CHECK(contains(out, "drawn: " + svg + "\n"));
  CHECK(contains(read(svg), "<svg"));
  CHECK(contains(read(svg), "PASS"));
  CHECK(contains(read(svg), "3*(a + b*c)"));
  CHECK(read(png).starts_with("\x89PNG"));
  CHECK(read(dot).starts_with("digraph"));

  const auto nowhere = run({"3*a", "a=1", "--picture", "/nonexistent/J.svg"});
  CHECK(nowhere.code == 2);
  CHECK(contains(nowhere.err, "/nonexistent/J.svg"));
  CHECK(row(nowhere.out, "y").size() == 4);  // the table comes first
  CHECK(run({"3*a", "a=1", "--json", "--picture", "/nonexistent/J.svg"}).out == "");
  CHECK(run({"3*a", "a=1", "--picture", in_folder("J.bmp")}).code == 2);
  CHECK(run({"3*4", "--picture", svg}).code == 2);
}

TEST_CASE("cli: the expression from a file or a pipe") {
  const auto file = write(in_folder("model.txt"), "# the product\nu = b*c\n\nJ = 3*(a + u)\n");
  CHECK(row(run({"-f", file, "a=7", "b=4", "c=2"}).out, "J") == cells{"J", "3 * (a + u)", "45", "1"});
  CHECK(run({"--file=" + file, "a=7", "b=4", "c=2"}).code == 0);
  CHECK(run({"a=7", "b=4", "c=2", "-f", file}).code == 0);
  CHECK(row(run({"-f", "-", "a=7"}, "3*a").out, "y").at(2) == "21");
  CHECK(row(run({"-", "a=7"}, "3*a").out, "y").at(2) == "21");
  CHECK(row(run({"a=7"}, "3*a").out, "y").at(2) == "21");
  CHECK(row(run({}, "6*7").out, "y = 42, a constant: there are no inputs, so there is nothing to differentiate").size() == 1);

  const auto wrong = run({"-f", file, "a=7", "b=4"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err == "seegrad: " + file + ", line 2: unknown name 'c'; give its value after the expression, as in c=1\n  u = b*c\n        ^\n");
  CHECK(contains(run({"a=1"}, "a +").err, "standard input, line 1: a value is missing"));
  CHECK(contains(run({}).err, "there is no expression"));
  CHECK(contains(run({"-f", "/nonexistent"}).err, "No such file"));
  CHECK(contains(run({"-f", "/"}).err, "directory"));
}

TEST_CASE("cli: expressions that look like something else") {
  CHECK(row(run({"-x^2", "x=3"}).out, "y") == cells{"y", "-(x^2)", "-9", "1"});
  CHECK(row(run({"-h*2", "h=3"}).out, "y").at(2) == "-6");
  CHECK(row(run({"a=3", "--", "--a"}, "-a*2").out, "").empty());
  CHECK(row(run({"--", "--a", "a=3"}).out, "y").at(2) == "3");
  CHECK(row(run({"J=3*a", "a=7"}).out, "J").at(2) == "21");
  CHECK(row(run({"--claim", "a=-3", "-3*a", "a=7"}).out, "y").at(2) == "-21");
}

TEST_CASE("cli: errors point at their place, with code 2 and nothing on standard output") {
  struct {
    std::vector<std::string> arguments;
    std::string err;
  } const cases[] = {
      {{"3*(a + b*d)", "a=7", "b=4"}, "unknown name 'd'; give its value after the expression, as in d=1\n  3*(a + b*d)\n           ^\n"},
      {{"3*(a + b*c)"}, "unknown name 'a'; give the values after the expression, as in a=1 b=1 c=1\n  3*(a + b*c)\n     ^\n"},
      {{"weight*2", "wieght=1"}, "unknown name 'weight'; did you mean 'wieght'?\n  weight*2\n  ^~~~~~\n"},
      {{"ü*x + y2", "ü=1", "x=1"}, "unknown name 'y2'; give its value after the expression, as in y2=1\n  ü*x + y2\n        ^~\n"},
      {{"a = 3*a", "a=1"}, "'a' is an input, and a name stands for one value only; give this one a name of its own, such as a2\n  a = 3*a\n  ^\n"},
      {{"3*a", "a=1+"}, "a value is missing after '+'\n  a=1+\n      ^\n"},
      {{"3*a", "a=b"}, "'b' has no value here: after '=' stands a number, or an expression of numbers such as pi/2\n  a=b\n    ^\n"},
      {{"3*a", "7"}, "'7' is not of the form NAME=VALUE, as in a=7; an expression with blanks in it needs quotes\n  7\n  ^\n"},
      {{"3*a", "a=1", "a=2"}, "the input 'a' is given twice\n  a=2\n  ^\n"},
      {{"3*a", "a=1", "--claim", "a"}, "'a' is not of the form NAME=VALUE, as in a=7; an expression with blanks in it needs quotes\n  a\n  ^\n"},
      {{"3*a", "--pictrue", "x.svg"}, "unknown option '--pictrue'; did you mean '--picture'?\n"},
      {{"3*a", "--claim"}, "--claim needs a value after it; see --help\n"},
  };
  for (const auto& c : cases) {
    const auto [code, out, err] = run(c.arguments);
    CHECK(code == 2);
    CHECK(out == "");
    CHECK(err == "seegrad: " + c.err);
  }
  CHECK(run({"3*a", "a=1", "--digits", "0"}).code == 2);
  CHECK(run({"3*a", "a=1", "--digits", "18"}).code == 2);
  CHECK(run({"3*a", "a=1", "--digits", "x"}).code == 2);
}

TEST_CASE("cli: what is odd but no error") {
  const auto unused = run({"3*a", "a=1", "d=2"});
  CHECK(unused.code == 0);
  CHECK(unused.err == "seegrad: warning: the input 'd' is not used\n");
  CHECK(row(unused.out, "d") == cells{"d", "input", "2", "no path"});

  const auto constant = run({"2^3^2"});
  CHECK(constant.code == 0);
  CHECK(constant.out == "y = 512, a constant: there are no inputs, so there is nothing to differentiate\n");

  CHECK(contains(run({"log(a)", "a=-1"}).out, "note: the first value that is not a finite number is 'log(a)' = nan: log of -1 is not defined\n"));
  const auto division = run({"exp(2/(a - a))", "a=3"});
  CHECK(division.code == 0);
  CHECK(row(division.out, "y").at(2) == "inf");
  CHECK(contains(division.out, "note: the first value that is not a finite number is '2/(a - a)' = inf: division by zero\n"));
  CHECK(contains(run({"sqrt(x)", "x=0"}).out, "note: the first derivative that is not a finite number is that of 'sqrt(x)' by x at 0: inf\n"));

  // A second name for a node, and named constants, are rows too.
  const auto names = run({"k = 2*pi; u = a; J = k*u", "a=1", "--digits", "3"}).out;
  CHECK(row(names, "k") == cells{"k", "constant", "6.28"});
  CHECK(row(names, "u") == cells{"u", "a", "1", "6.28"});
  CHECK(row(run({"a", "a=5"}).out, "a") == cells{"a", "input", "5", "1"});
}

TEST_CASE("cli: a long table is shortened, unless --all") {
  std::string sum = "a";
  for (int i = 0; i < 500; ++i) sum += "+a";
  const auto brief = run({sum, "a=1"}).out;
  CHECK(contains(brief, "\n(499 of 501 rows are left out; --all shows them)\n"));
  CHECK(row(brief, "y").at(3) == "1");
  CHECK(row(brief, "a").at(3) == "501");
  const auto all = run({sum, "a=1", "--all"}).out;
  CHECK(std::count(all.begin(), all.end(), '\n') == 502);
}

TEST_CASE("cli: colour is for terminals") {
  CHECK_FALSE(contains(run({"3*a", "a=1"}).out, "\033"));
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  CHECK(contains(run_on_terminal({"3*a", "a=1"}), "\033["));
  setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(contains(run_on_terminal({"3*a", "a=1"}), "\033"));
  setenv("NO_COLOR", "", 1);
  setenv("TERM", "dumb", 1);
  CHECK_FALSE(contains(run_on_terminal({"3*a", "a=1"}), "\033"));
  // On a terminal nobody is made to wait for standard input.
  CHECK(contains(run_on_terminal({}), "there is no expression"));
}

TEST_CASE("cli: help, version and the list of functions") {
  const auto help = run({"--help"});
  CHECK(help.code == 0);
  CHECK(help.err == "");
  CHECK(contains(help.out, "seegrad '3*(a + b*c)' a=7 b=4 c=2 --check --picture J.svg\n"));
  CHECK(run({"-h"}).out == help.out);
  CHECK(run({"--version"}).out == "seegrad " SEEGRAD_VERSION "\n");
  CHECK(contains(run({"--functions"}).out, "  log_sigmoid(x)      log(sigmoid(x))\n"));

  // The man page knows every option that the help knows.
  const auto page = read(std::string(std::getenv("SEEGRAD_SOURCE")) + "/cli/seegrad.1");
  for (std::size_t at = 0; (at = help.out.find("--", at)) != help.out.npos; at += 2) {
    const auto option = help.out.substr(at + 2, help.out.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 2) - at - 2);
    CAPTURE(option);
    CHECK(contains(page, "\\-\\-" + option));
  }
}

TEST_CASE("cli: output that cannot be written is an error") {
  const int full = open("/dev/full", O_WRONLY);
  if (full < 0) return;
  const std::vector<std::string> arguments{program(), "3*a", "a=1"};
  const auto child = fork();
  if (child == 0) become(arguments, open("/dev/null", O_RDONLY), full, open("/dev/null", O_WRONLY));
  close(full);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 2);
}

TEST_CASE("cli: ten megabytes") {
  const auto brackets = write(in_folder("brackets"), std::string(5'000'000, '(') + "a" + std::string(5'000'000, ')'));
  CHECK(row(run({"-f", brackets, "a=3"}).out, "a").at(2) == "3");
  CHECK(run({"-f", write(in_folder("zeros"), std::string(10'000'000, '\0'))}).code == 2);
  std::string sum = "a";
  for (int i = 0; i < 1'000'000; ++i) sum += "+a";
  CHECK(row(run({"-f", write(in_folder("sum"), sum), "a=1"}).out, "a").at(3) == "1000001");
  CHECK(contains(run({"-f", write(in_folder("long"), std::string(70'000'000, ' '))}).err, "longer than 64 MB"));
}

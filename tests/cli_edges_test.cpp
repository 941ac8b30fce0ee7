// The program seegrad at its edges: errors, odd expressions, terminals, full disks and huge texts.

#include "cli_program.hpp"

using namespace cli_program;

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
      {{"3*(a + b*d)", "a=7", "b=4"},
       "unknown name 'd'; give its value after the expression, as in d=1\n  3*(a + b*d)\n           ^\n"},
      {{"3*(a + b*c)"}, "unknown name 'a'; give the values after the expression, as in a=1 b=1 c=1\n  3*(a + b*c)\n     ^\n"},
      {{"weight*2", "wieght=1"}, "unknown name 'weight'; did you mean 'wieght'?\n  weight*2\n  ^~~~~~\n"},
      {{"ü*x + y2", "ü=1", "x=1"},
       "unknown name 'y2'; give its value after the expression, as in y2=1\n  ü*x + y2\n        ^~\n"},
      {{"a = 3*a", "a=1"},
       "'a' is an input, and a name stands for one value only; give this one a name of its own, such as a2\n  a = 3*a\n  ^\n"},
      {{"3*a", "a=1+"}, "a value is missing after '+'\n  a=1+\n      ^\n"},
      {{"3*a", "a=b"},
       "'b' has no value here: after '=' stands a number, or an expression of numbers such as pi/2\n  a=b\n    ^\n"},
      {{"3*a", "7"}, "'7' is not of the form NAME=VALUE, as in a=7; an expression with blanks in it needs quotes\n  7\n  ^\n"},
      {{"3*a", "a=1", "a=2"}, "the input 'a' is given twice\n  a=2\n  ^\n"},
      {{"3*a", "a=1", "--claim", "a"},
       "'a' is not of the form NAME=VALUE, as in a=7; an expression with blanks in it needs quotes\n  a\n  ^\n"},
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

  CHECK(contains(run({"log(a)", "a=-1"}).out,
                 "note: the first value that is not a finite number is 'log(a)' = nan: log of -1 is not defined\n"));
  const auto division = run({"exp(2/(a - a))", "a=3"});
  CHECK(division.code == 0);
  CHECK(row(division.out, "y").at(2) == "inf");
  CHECK(contains(division.out, "note: the first value that is not a finite number is '2/(a - a)' = inf: division by zero\n"));
  CHECK(contains(run({"sqrt(x)", "x=0"}).out,
                 "note: the first derivative that is not a finite number is that of 'sqrt(x)' by x at 0: inf\n"));

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
  CHECK(row(run({"-f", write(in_folder("sum"), sum), "a=1", "--digits", "9"}).out, "a").at(3) == "1000001");
  CHECK(contains(run({"-f", write(in_folder("long"), std::string(70'000'000, ' '))}).err, "longer than 64 MB"));
}

// The program seegrad as its users meet it: what it prints, and what it exits with.

#include "cli_program.hpp"

using namespace cli_program;

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
  const auto [code, out, err] =
      run({"1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2", "w1=-3", "w2=-3", "x0=-1", "x1=-2", "--digits", "4"});
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
        "名前  input        2        -0.5\n"
        "ä     input       -0.5       2\n"
        "y     名前 * ä    -1         1\n");
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

TEST_CASE("cli: pictures of a part") {
  const std::vector<std::string> program = {"u = b*c; v = a + u; J = 3*v + a", "a=7", "b=4", "c=2"};
  const auto drawn = [&](const std::string& option, const std::string& asked) {
    auto arguments = program;
    arguments.insert(arguments.end(), {option, asked, "--picture", "part.dot"});
    const auto result = run(arguments);
    CHECK(result.err == "");
    return bytes_of("part.dot");
  };
  const auto between = drawn("--between", "c:v");
  CHECK(contains(between, "<b>c</b>"));
  CHECK(contains(between, "<b>v&#160;"));
  CHECK(!contains(between, "<b>a</b>"));
  CHECK(!contains(between, "<b>J&#160;"));
  const auto around = drawn("--around", "u"), further = drawn("--around", "u:2");
  CHECK(contains(around, "<b>v&#160;"));
  CHECK(!contains(around, "<b>a</b>"));
  CHECK(contains(further, "<b>a</b>"));
  fs::remove("part.dot");
  const auto error = [&](const std::string& option, const std::string& asked) {
    auto arguments = program;
    arguments.insert(arguments.end(), {option, asked, "--picture", "part.dot"});
    return run(arguments).err;
  };
  CHECK(contains(error("--between", "c"), "two names are wanted, for example --between c:J"));
  CHECK(contains(error("--between", "J:c"), "no way leads from 'J' to 'c'"));
  CHECK(contains(error("--between", "q:J"), "there is no 'q' in the expression"));
  CHECK(contains(error("--around", "u:x"), "how many steps?"));
  CHECK(contains(error("--around", "u:-1"), "how many steps?"));
  CHECK(!fs::exists("part.dot"));
}

TEST_CASE("cli: why") {
  const auto [code, out, err] = run({"y = x*sin(x) + 2*x", "x=1", "--why", "x"});
  CHECK(code == 0);
  CHECK(contains(out, "dy/dx = 3.38177, the sum over 3 ways:\n"));
  CHECK(contains(out, "             2   59 %  x → 2*x → y\n"));
  CHECK(contains(out, "      0.540302   16 %  x → sin(x) → x*sin(x) → y\n"));
  CHECK(contains(run({"y = relu(x)*z", "x=-1", "z=2", "--why", "x"}).out, "relu has the slope 0 at -1"));
  CHECK(contains(run({"y = a*b", "a=1", "b=2", "--why", "q"}).err, "there is no 'q' in the expression"));
  const auto document = nlohmann::json::parse(run({"y = x*x", "x=3", "--why", "x", "--json"}).out);
  CHECK(document["derivations"][0]["ways"].size() == 2);
  CHECK(document["derivations"][0]["ways"][1]["nodes"] == nlohmann::json{0, 1});
}

TEST_CASE("cli: how many digits are good") {
  const auto [code, out, err] = run({"y = 1e16 + x - 1e16", "x=1.5", "--rounding"});
  CHECK(code == 0);
  CHECK(contains(out, "ROUNDING: 0.3 digits of 2 are good: it can be wrong by 1.1."));
  const auto document = nlohmann::json::parse(run({"y = 1e16 + x - 1e16", "x=1.5", "--rounding", "--json"}).out);
  CHECK(document["rounding"]["costs"].size() == 1);
  CHECK(document["rounding"]["digits"].get<double>() < 1);
  CHECK(run({"3", "--rounding"}).code == 0);  // a constant
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
  const auto [code, out, err] =
      run({"u = b*c; v = a + u; J = 3*v", "a=7", "b=4", "c=2", "--json", "--check", "--second", "--claim", "c=9"});
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
  const auto [code, out, err] =
      run({"3*(a + b*c)", "a=7", "b=4", "c=2", "--check", "--picture", svg, "--picture", png, "--picture", dot});
  CHECK(code == 0);
  CHECK(contains(out, "drawn: " + svg + "\n"));
  CHECK(contains(bytes_of(svg), "<svg"));
  CHECK(contains(bytes_of(svg), "PASS"));
  CHECK(contains(bytes_of(svg), "3*(a + b*c)"));
  CHECK(bytes_of(png).starts_with("\x89PNG"));
  CHECK(bytes_of(dot).starts_with("digraph"));

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
  CHECK(wrong.err == "seegrad: " + file +
                         ", line 2: unknown name 'c'; give its value after the expression, as in c=1\n  u = b*c\n        ^\n");
  CHECK(contains(run({"a=1"}, "a +").err, "standard input, line 1: a value is missing"));
  CHECK(contains(run({}).err, "there is no expression"));
  CHECK(contains(run({"-f", "/nonexistent"}).err, "No such file"));
  CHECK(contains(run({"-f", "/"}).err, "directory"));
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
  const auto page = bytes_of(std::string(std::getenv("SEEGRAD_SOURCE")) + "/cli/seegrad.1");
  for (std::size_t at = 0; (at = help.out.find("--", at)) != help.out.npos; at += 2) {
    const auto option = help.out.substr(at + 2, help.out.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 2) - at - 2);
    CAPTURE(option);
    CHECK(contains(page, "\\-\\-" + option));
  }
}

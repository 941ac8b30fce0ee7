#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/graph/operation.hpp>
#include <fmt/format.h>

#include "language/given.hpp"
#include "language/similar.hpp"
#include "language/utf8.hpp"

namespace seegrad::cli {
namespace {

constexpr auto about =
    "See the gradient of an expression: the value of every step of it, and the derivative of the result by every step.\n";

constexpr auto examples =
    R"(An expression has numbers, names, + - * / ^ and brackets, the functions that --functions lists, and the constants pi and e.
Statements end with ; or a new line: 'u = b*c; v = a + u; J = 3*v'. The last one is the result. # begins a comment.

Examples:
  seegrad '3*(a + b*c)' a=7 b=4 c=2
  seegrad '3*(a + b*c)' a=7 b=4 c=2 --check --picture J.svg
  seegrad 'u = b*c; v = a + u; J = 3*v' a=7 b=4 c=2 --claim c=9
  seegrad 'sigmoid(w*x + b)' w=0.5 x=-1 b=pi/8 --digits 10
  seegrad 'sin(x)^2*y' x=1 y=2 --second
  seegrad -f model.txt a=1 b=2 --json

Exit status: 0 if all is well, 1 if a claim is wrong or a check failed, 2 for an error.)";

struct help_layout : CLI::Formatter {
  auto make_usage(const CLI::App*, std::string) const -> std::string override {
    return "Usage: seegrad EXPRESSION [NAME=VALUE]... [OPTION]...\n"
           "       seegrad -f FILE [NAME=VALUE]... [OPTION]...\n";
  }
};

struct questions {
  bool functions = false, version = false, help = false;
};

auto set_up(CLI::App& app, options& o, questions& q) -> void {
  app.formatter(std::make_shared<help_layout>());
  app.get_formatter()->column_width(26);
  app.set_help_flag();
  app.footer(examples);
  app.add_option("-f,--file", o.file, "Read the expression from FILE; - is standard input")->type_name("FILE");
  app.add_option("--claim", o.claims, "Say what the derivative by NAME is, and be told whether it is; repeatable")
      ->type_name("NAME=VALUE");
  app.add_flag("--check", o.check, "Check every derivative against finite differences");
  app.add_flag("--second", o.second, "Print the second derivatives by the inputs, too");
  app.add_option("--why", o.whys, "Say what the derivative by NAME is made of, or why it is 0; repeatable")->type_name("NAME");
  app.add_flag("--rounding", o.rounding, "Say how many digits of the result are good, and which step loses the most");
  app.add_option("--picture", o.pictures,
                 "Draw the graph: .svg .png .pdf .html (a page to step through) or .dot by the name; repeatable")
      ->type_name("FILE");
  app.add_option("--between", o.between, "Draw only the ways by which one name reaches another")->type_name("NAME:NAME");
  app.add_option("--around", o.around, "Draw only what is at most so many steps from a name, 1 if none are given")
      ->type_name("NAME[:STEPS]");
  app.add_flag("--json", o.json, "Print one JSON document in place of tables");
  app.add_option("--digits", o.digits, "Significant digits, 1 to 17 (default 6; 4 in pictures)")
      ->type_name("N")
      ->check(CLI::Range(1, 17).description(""));
  app.add_flag("--all", o.all, "Print every step, however many there are");
  app.add_flag("--functions", q.functions, "List the functions of the language");
  app.add_flag("--version", q.version, "Print the version");
  app.add_flag("-h,--help", q.help, "Print this help");
}

// An expression may begin with a minus sign, as in '-x^2', which CLI11 would take for an option. So the arguments are sorted
// here, and CLI11 sees the options only, each with its value attached.
struct sorted_arguments {
  std::vector<std::string> options, others;
};

auto sort(const CLI::App& app, std::span<const char* const> arguments) -> sorted_arguments {
  sorted_arguments out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string argument = arguments[i];
    if (argument == "--") {
      out.others.insert(out.others.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
      break;
    }
    const bool is_short = argument == "-f" || argument == "-h";
    if (!is_short && (argument.size() < 3 || !argument.starts_with("--"))) {
      out.others.push_back(argument);
      continue;
    }
    if (argument == "-f") argument = "--file";
    const auto* option = app.get_option_no_throw(argument);
    if (option && option->get_expected_min() > 0) {
      if (i + 1 == arguments.size()) throw error(fmt::format("{} needs a value after it; see --help", arguments[i]));
      argument = fmt::format("{}={}", argument, arguments[++i]);
    }
    out.options.push_back(argument);
  }
  return out;
}

auto read(CLI::App& app, std::vector<std::string> arguments) -> void {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ExtrasError&) {
    const auto unknown = app.remaining().front();
    const auto name = unknown.substr(0, unknown.find('='));
    std::vector<std::string> names;
    for (const auto* option : app.get_options())
      for (const auto& n : option->get_lnames()) names.push_back("--" + n);
    const std::vector<std::string_view> known(names.begin(), names.end());
    const auto near = did_you_mean(name, known);
    throw error(fmt::format("unknown option '{}'{}", shortened(name, 40),
                            near.empty() ? "; see --help, and write -- before an expression that begins with --" : near));
  } catch (const CLI::ParseError& e) {
    throw error(shortened(e.what(), 200));
  }
}

}  // namespace

auto list_of_functions() -> std::string {
  std::string out;
  for (const auto* op : operations()) {
    const auto call = fmt::format("{}({})", op->name, op->arity == 1 ? "x" : op->arity == 2 ? "a, b" : "a, b, c");
    out += fmt::format("  {:<19} {}\n", call, op->help);
  }
  return out;
}

auto parse_options(std::span<const char* const> arguments, bool terminal) -> options {
  options o;
  CLI::App app{about, "seegrad"};
  questions q;
  set_up(app, o, q);
  auto [known, others] = sort(app, arguments);
  read(app, std::move(known));

  if (q.help) return o.answer = app.help(), o;
  if (q.version) return o.answer = "seegrad " SEEGRAD_VERSION "\n", o;
  if (q.functions) return o.answer = list_of_functions(), o;

  if (o.file.empty() && app.count("--file") > 0) throw error("--file needs the name of a file, or - for standard input");
  if (o.file.empty()) {
    // Without an expression only inputs are left, and the expression comes through a pipe.
    const bool only_inputs = std::all_of(others.begin(), others.end(), [](const auto& a) { return is_given(a); });
    if (only_inputs && !terminal) o.file = "-";
    else if (others.empty())
      throw error("there is no expression; write one, as in seegrad '3*(a + b*c)' a=7 b=4 c=2, or see --help");
  }
  if (o.file.empty()) {
    o.expression = others.front();
    others.erase(others.begin());
    if (o.expression == "-") o.file = "-";
  }
  o.inputs = std::move(others);
  if (app.count("--digits") > 0) o.picture_digits = o.digits;
  return o;
}

}  // namespace seegrad::cli

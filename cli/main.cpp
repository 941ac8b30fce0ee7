// The program seegrad: options, the text of the expression, and the answer.

#include <autodiff/array/error.hpp>
#include <autodiff/array/system.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <new>
#include <span>

#include "language/parser.hpp"
#include "language/utf8.hpp"
#include "run.hpp"

namespace {

using namespace seegrad;

auto read_all(std::FILE* from) -> std::string {
  std::string text;
  char block[1 << 16];
  while (text.size() <= cli::longest_text) {
    const auto got = std::fread(block, 1, sizeof block, from);
    text.append(block, got);
    if (got < sizeof block) break;
  }
  return text;
}

auto text_for(const cli::options& o) -> std::string {
  if (o.file.empty()) return o.expression;
  const auto fail = [&](int why) { throw error("the file '" + cli::shown(o.file) + "' cannot be read: " + std::strerror(why)); };
  if (o.file == "-") return read_all(stdin);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(o.file.c_str(), "rb"), std::fclose);
  if (!file) fail(errno);
  auto text = read_all(file.get());
  if (std::ferror(file.get())) fail(errno);
  return text;
}

// https://no-color.org
auto wants_colour() -> bool {
  const auto* no = std::getenv("NO_COLOR");
  const auto* terminal = std::getenv("TERM");
  return seegrad::detail::is_terminal(stdout) && !(no && *no) && !(terminal && std::strcmp(terminal, "dumb") == 0);
}

auto answer(std::span<const char* const> arguments) -> int {
  auto o = cli::parse_options(arguments, seegrad::detail::is_terminal(stdin));
  o.colour = wants_colour();
  if (!o.answer.empty()) return std::cout << o.answer, cli::exit_code::fine;
  return cli::run(text_for(o), o, std::cout, std::cerr);
}

}  // namespace

auto main(int count, char** arguments) -> int {
  std::ios::sync_with_stdio(false);
  int code = cli::exit_code::unusable;
  try {
    const auto all = std::span<const char* const>(arguments, static_cast<std::size_t>(count));
    code = answer(all.subspan(all.empty() ? 0 : 1));
  } catch (const error& e) {
    std::cerr << "seegrad: " << e.what() << "\n";
  } catch (const std::bad_alloc&) {
    std::cerr << "seegrad: there is not enough memory for this\n";
  }
  if (!std::cout.flush()) {
    std::cerr << "seegrad: the output cannot be written\n";
    code = cli::exit_code::unusable;
  }
  return code;
}

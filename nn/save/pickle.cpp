#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/from_chars.hpp>
#include <bit>
#include <fmt/format.h>
#include <istream>
#include <nn/save/pickle.hpp>

namespace seegrad::nn::detail {

auto unpickler::make(auto value) -> pickled* { return &all_.emplace_back(pickled{std::move(value)}); }

auto unpickler::byte() -> unsigned char {
  const auto c = in_.get();
  if (c == std::istream::traits_type::eof()) throw error("the pickle is cut off");
  return static_cast<unsigned char>(c);
}

auto unpickler::whole(int n) -> std::uint64_t {
  std::uint64_t x = 0;
  for (int i = 0; i < n; ++i) x |= std::uint64_t{byte()} << 8 * i;
  return x;
}

// What is said to follow need not be there.
auto unpickler::bytes(std::uint64_t n) -> std::string {
  std::string out;
  while (out.size() < n) {
    const auto old = out.size();
    const auto more = std::min<std::uint64_t>(n - old, std::max<std::uint64_t>(old, 1 << 16));
    out.resize(old + more);
    in_.read(out.data() + old, static_cast<std::streamsize>(more));
    if (static_cast<std::uint64_t>(in_.gcount()) != more) throw error("the pickle is cut off");
  }
  return out;
}

auto unpickler::line() -> std::string {
  std::string out;
  for (auto c = byte(); c != '\n'; c = byte()) out += static_cast<char>(c);
  return out;
}

// In two's complement.
auto unpickler::long_number(std::uint64_t n) -> pickled* {
  auto digits = bytes(n);
  if (n > 8) return make(pickled::long_whole{std::move(digits)});
  std::uint64_t x = n > 0 && (digits.back() & 0x80) ? ~std::uint64_t{0} : 0;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c) x = x << 8 | static_cast<unsigned char>(*c);
  return make(static_cast<std::int64_t>(x));
}

auto unpickler::pop() -> pickled* {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) throw error("the pickle takes a value that is not there");
  auto* p = stack_.back();
  return stack_.pop_back(), p;
}

auto unpickler::top() -> pickled& {
  auto* p = pop();
  return push(p), *p;
}

auto unpickler::since_mark() -> pickled::list {
  if (marks_.empty()) throw error("the pickle takes values since a mark that is not there");
  const auto from = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  pickled::list items(from, stack_.end());
  stack_.erase(from, stack_.end());
  return marks_.pop_back(), items;
}

auto unpickler::tuple(std::size_t n) -> void {
  pickled::list items(n);
  for (; n > 0; --n) items[n - 1] = pop();
  push(make(std::move(items)));
}

auto unpickler::call() -> void {
  auto* arguments = pop();
  auto* of = pop();
  const auto* name = of->as<pickled::name>();
  // The one object that is filled afterwards as a dictionary is.
  if (name && name->text == "collections.OrderedDict") push(make(pickled::dictionary{}));
  else push(make(pickled::call{of, arguments}));
}

// What is put into the result of a call is not of interest.
auto unpickler::append(const pickled::list& items) -> void {
  if (auto* list = std::get_if<pickled::list>(&top().is)) list->insert(list->end(), items.begin(), items.end());
}

auto unpickler::set_items(const pickled::list& items) -> void {
  if (items.size() % 2 != 0) throw error("the pickle sets a key without a value");
  if (auto* d = std::get_if<pickled::dictionary>(&top().is))
    for (std::size_t i = 0; i < items.size(); i += 2) d->emplace_back(items[i], items[i + 1]);
}

auto unpickler::recall(std::uint64_t number) -> void {
  const auto at = memo_.find(number);
  if (at == memo_.end()) throw error(fmt::format("the pickle recalls value {}, which it has not kept", number));
  push(at->second);
}

auto unpickler::read() -> const pickled& {
  stack_.clear(), marks_.clear(), memo_.clear();
  while (step(byte())) {}
  return *pop();
}

auto unpickler::step(unsigned char code) -> bool {
  switch (code) {
    case '.': return false;
    case 0x80:  // protocol
      if (const auto version = byte(); version > 5)
        throw error(fmt::format("the pickle is of protocol {}; 0 to 5 are known", version));
      break;
    case 0x95: whole(8); break;  // frame
    case '(': marks_.push_back(stack_.size()); break;
    case '0':
      if (!marks_.empty() && stack_.size() == marks_.back()) marks_.pop_back();
      else pop();
      break;
    case '1': since_mark(); break;
    case '2': push(&top()); break;
    case 'N': push(make(pickled::none{})); break;
    case 0x88: push(make(true)); break;
    case 0x89: push(make(false)); break;
    case 'J': push(make(std::int64_t{static_cast<std::int32_t>(whole(4))})); break;
    case 'K': push(make(static_cast<std::int64_t>(whole(1)))); break;
    case 'M': push(make(static_cast<std::int64_t>(whole(2)))); break;
    case 0x8a: push(long_number(whole(1))); break;
    case 0x8b: push(long_number(whole(4))); break;
    case 'G': {
      std::uint64_t x = 0;
      for (int i = 0; i < 8; ++i) x = x << 8 | byte();
      push(make(std::bit_cast<double>(x)));
      break;
    }
    case 'X':
    case 'T':
    case 'B': push(make(bytes(whole(4)))); break;
    case 0x8c:
    case 'U':
    case 'C': push(make(bytes(whole(1)))); break;
    case 0x8d:
    case 0x8e:
    case 0x96: push(make(bytes(whole(8)))); break;
    case ')':
    case ']':
    case 0x8f: push(make(pickled::list{})); break;
    case '}': push(make(pickled::dictionary{})); break;
    case 't':
    case 'l':
    case 0x91: push(make(since_mark())); break;
    case 0x85: tuple(1); break;
    case 0x86: tuple(2); break;
    case 0x87: tuple(3); break;
    case 'a': {
      auto* x = pop();
      append({x});
      break;
    }
    case 'e':
    case 0x90: append(since_mark()); break;
    case 's': {
      auto* x = pop();
      auto* key = pop();
      set_items({key, x});
      break;
    }
    case 'u': set_items(since_mark()); break;
    case 'd': {
      const auto items = since_mark();
      push(make(pickled::dictionary{}));
      set_items(items);
      break;
    }
    case 'q': memo_[whole(1)] = &top(); break;
    case 'r': memo_[whole(4)] = &top(); break;
    case 0x94: {
      auto* kept = &top();
      memo_[memo_.size()] = kept;
      break;
    }
    case 'h': recall(whole(1)); break;
    case 'j': recall(whole(4)); break;
    case 'Q': push(make(pickled::persistent{pop()})); break;
    case 'R':
    case 0x81: call(); break;
    case 0x92: pop(), call(); break;  // a call with names; these are of no interest
    case 'b': pop(), top(); break;    // attributes, such as the versions of a dictionary's modules
    case 0x93: {
      const auto *name = pop()->as<std::string>(), *module = pop()->as<std::string>();
      if (!name || !module) throw error("the pickle names something by what is no text");
      push(make(pickled::name{*module + "." + *name}));
      break;
    }
    default: return step_of_text(code);
  }
  return true;
}

// Those that are followed by lines of text.
auto unpickler::step_of_text(unsigned char code) -> bool {
  const auto number = [&]<class T>(T x) {
    auto text = line();
    if (text.ends_with('L')) text.pop_back();
    const auto [end, wrong] = seegrad::detail::from_chars(text.data(), text.data() + text.size(), x);
    if (wrong != std::errc() || end != text.data() + text.size()) throw error("the pickle has a number that is none");
    return x;
  };
  switch (code) {
    case 'c': {
      auto module = line();
      push(make(pickled::name{module + "." + line()}));
      break;
    }
    case 'I':
    case 'L': push(make(number(std::int64_t{}))); break;
    case 'F': push(make(number(double{}))); break;
    case 'V': push(make(line())); break;
    case 'S': {
      auto text = line();
      if (text.size() < 2 || text.front() != text.back()) throw error("the pickle has text without quotes");
      push(make(text.substr(1, text.size() - 2)));
      break;
    }
    case 'p': memo_[number(std::uint64_t{})] = &top(); break;
    case 'g': recall(number(std::uint64_t{})); break;
    case 'P': push(make(pickled::persistent{make(line())})); break;
    default: throw error(fmt::format("the pickle has an opcode 0x{:02x}, which is none or is refused", code));
  }
  return true;
}

}  // namespace seegrad::nn::detail

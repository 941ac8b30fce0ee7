#include <autodiff/array/npy_header.hpp>

#include <autodiff/array/error.hpp>
#include <bit>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <optional>

namespace seegrad::detail {
namespace {

constexpr std::string_view mark = "\x93NUMPY";
constexpr std::size_t longest = 1 << 16;  // of the dictionary; numpy itself accepts 10000
constexpr index_t most = index_t{1} << 48;

// Reads {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }, and nothing else that Python would understand.
class dictionary {
 public:
  explicit dictionary(std::string_view text) : rest_(text) {}

  auto read() -> npy_head {
    std::optional<std::string> type;
    std::optional<bool> order;
    std::optional<dims> shape;
    need('{');
    while (!take('}')) {
      const auto key = quoted();
      need(':');
      if (key == "descr" && !type) type = description();
      else if (key == "fortran_order" && !order) order = truth();
      else if (key == "shape" && !shape) shape = tuple();
      else fail(fmt::format("'{}' is unknown or stands twice", key));
      if (!take(',')) {
        need('}');
        break;
      }
    }
    space();
    if (!rest_.empty()) fail("something follows the dictionary");
    if (!type || !order || !shape) fail("one of 'descr', 'fortran_order' and 'shape' is missing");
    return {type_of(*type), *order, *shape};
  }

 private:
  [[noreturn]] static auto fail(std::string_view why) -> void { throw error(fmt::format("the header is damaged: {}", why)); }

  auto space() -> void {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r'))
      rest_.remove_prefix(1);
  }
  auto take(char c) -> bool {
    space();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  auto need(char c) -> void {
    if (!take(c)) fail(fmt::format("a '{}' is missing", c));
  }
  auto word(std::string_view w) -> bool {
    space();
    if (!rest_.starts_with(w)) return false;
    rest_.remove_prefix(w.size());
    return true;
  }

  auto quoted() -> std::string {
    const char mark_used = take('\'') ? '\'' : '"';
    if (mark_used == '"') need('"');
    const auto end = rest_.find(mark_used);
    if (end == std::string_view::npos) fail("a name has no end");
    std::string out(rest_.substr(0, end));
    if (out.find_first_of("\\\n") != std::string::npos || out.size() > 32) fail("a name is no plain word");
    for (const char c : out)
      if (c < ' ' || c > '~') fail("a name is no plain word");
    rest_.remove_prefix(end + 1);
    return out;
  }

  auto description() -> std::string {
    space();
    if (rest_.starts_with('['))
      throw error("it holds records of several fields, which an array cannot; save each field by itself");
    return quoted();
  }

  auto truth() -> bool {
    if (word("True")) return true;
    if (word("False")) return false;
    fail("'fortran_order' is neither True nor False");
  }

  auto tuple() -> dims {
    dims out;
    index_t product = 1;  // of all extents but those of 0: strides are products too
    need('(');
    while (!take(')')) {
      space();
      index_t n = 0;
      const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), n);
      if (code != std::errc{} || n < 0) fail("an extent of the shape is no whole number that could be one");
      if (out.size() == max_rank) throw error(fmt::format("its shape has more than {} axes", max_rank));
      if (n > most || (n > 0 && __builtin_mul_overflow(product, n, &product)) || product > most)
        throw error("its shape has more elements than memory could hold");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      take('L');  // a long integer of Python 2
      out.push(n);
      if (!take(',')) {
        need(')');
        break;
      }
    }
    return out;
  }

  static auto type_of(std::string_view descr) -> npy_type {
    const auto text = descr;
    if (descr == "O" || descr == "|O" || descr == "<O" || descr == ">O")
      throw error("it holds pickled Python objects, which are never loaded; save numbers");
    bool big = std::endian::native == std::endian::big;
    if (!descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos) {
      if (descr[0] == '<' || descr[0] == '>') big = descr[0] == '>';
      descr.remove_prefix(1);
    }
    for (const std::string_view known : {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"})
      if (descr == known) return {big, known[0], static_cast<std::size_t>(known[1] - '0')};
    if (descr == "?") return {big, 'b', 1};
    throw error(
        fmt::format("its type '{}' is none that an array can hold; in numpy, x.astype('float64') or 'int64' makes it so", text));
  }

  std::string_view rest_;
};

}  // namespace

auto npy_type::becomes() const -> dtype { return kind == 'b' ? boolean : kind != 'f' ? int64 : width == 8 ? float64 : float32; }

auto read_npy_header(byte_source& from) -> npy_head {
  unsigned char start[12];
  from.read(start, 6);
  if (std::memcmp(start, mark.data(), 6) != 0)
    throw error(std::memcmp(start, "PK\3\4", 4) == 0 ? "this is an archive of arrays; load_npz reads it" : "it is no .npy file");
  from.read(start + 6, 4);
  const int version = start[6];
  if (version < 1 || version > 3 || start[7] != 0)
    throw error(fmt::format("version {}.{} of the format is not known; 1.0 to 3.0 are", version, start[7]));
  std::size_t length = start[8] + 256u * start[9];
  if (version > 1) {
    from.read(start + 10, 2);
    length += 65536u * start[10] + 16777216u * start[11];
  }
  if (length > longest)
    throw error(fmt::format("the header claims a length of {} bytes, and a shape and a type never take so many", length));
  std::string text(length, ' ');
  from.read(text.data(), length);
  return dictionary(text).read();
}

auto npy_header(const array& x) -> std::string {
  std::string shape;
  for (const auto n : x.shape()) shape += fmt::format("{}{}", n, x.rank() == 1 ? "," : &n == x.shape().end() - 1 ? "" : ", ");
  const auto order = x.type() == boolean ? '|' : std::endian::native == std::endian::big ? '>' : '<';
  const auto kind = x.type() == boolean ? 'b' : x.type() == int64 ? 'i' : 'f';
  auto text =
      fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': ({}), }}", order, kind, size_of(x.type()), shape);
  // The elements begin at a multiple of 64 bytes, and a line ends before them.
  text.append(63 - (10 + text.size()) % 64, ' ');
  text += '\n';
  const auto length = text.size();
  return std::string(mark) + '\1' + '\0' + static_cast<char>(length & 255) + static_cast<char>(length >> 8) + text;
}

}  // namespace seegrad::detail

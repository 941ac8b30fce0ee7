// Arrays in ONNX files: in raw bytes, in lists of numbers, or in a file beside the model.

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <nn/save/elements.hpp>
#include <nn/save/onnx_file.hpp>
#include <nn/save/protobuf_reader.hpp>

namespace seegrad::nn::detail {
namespace {

namespace fs = std::filesystem;

class bytes_source : public seegrad::detail::byte_source {
 public:
  explicit bytes_source(std::string_view bytes) : left_(bytes) {}
  auto read(void* to, std::size_t n) -> void override {
    if (n > left_.size()) throw error("the elements are cut off");
    if (n > 0) std::memcpy(to, left_.data(), n);
    left_.remove_prefix(n);
  }
  auto left() -> std::int64_t override { return static_cast<std::int64_t>(left_.size()); }

 private:
  std::string_view left_;
};

// The words of elements.hpp, by the number that TensorProto has for the type.
auto word_of(index_t type) -> std::string_view {
  static constexpr std::string_view words[] = {"",    "F32", "U8",  "I8",  "U16", "I16", "I32",  "I64",     "", "BOOL",
                                               "F16", "F64", "U32", "U64", "",    "",    "BF16", "F8_E4M3", "", "F8_E5M2"};
  if (type >= 0 && type < static_cast<index_t>(std::size(words)) && !words[type].empty()) return words[type];
  throw error(fmt::format("elements of {} are not read", type == 8                  ? std::string("text")
                                                         : type == 14 || type == 15 ? std::string("complex numbers")
                                                                                    : fmt::format("type {}", type)));
}

struct in_another_file {
  std::string location;
  std::int64_t offset = 0, length = -1;
};

auto number_of(std::string_view text) -> std::int64_t {
  std::int64_t n = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || n > (std::int64_t{1} << 58))
      throw error(fmt::format("'{}' is no place in a file", text.substr(0, 40)));
    n = 10 * n + (c - '0');
  }
  return n;
}

// A model may come from anybody: what it names must lie in its own folder, also behind links.
auto bytes_beside(const fs::path& folder, const in_another_file& at, std::uint64_t size) -> std::string {
  if (folder.empty())
    throw error("its numbers are in another file, which a stream cannot have beside it; load the model by its file's name");
  const fs::path named(at.location);
  std::error_code failed;
  const auto home = fs::canonical(folder, failed);
  const auto file = failed ? fs::path() : fs::canonical(folder / named, failed);
  if (failed || named.empty()) throw error(fmt::format("its numbers are in '{}', which is not there", at.location));
  const bool is_inside = std::mismatch(home.begin(), home.end(), file.begin(), file.end()).first == home.end();
  if (named.is_absolute() || !is_inside || !fs::is_regular_file(file, failed))
    throw error(
        fmt::format("its numbers are in '{}', which is no file in the folder of the model, and no other is read", at.location));
  const auto there = fs::file_size(file, failed);
  const auto offset = static_cast<std::uint64_t>(at.offset);
  if (failed || offset > there || size > there - offset)
    throw error(fmt::format("its {} bytes from {} on are not in '{}', which has {}", size, offset, at.location, there));
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream in(file, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset));
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) throw error(fmt::format("'{}' cannot be read", at.location));
  return bytes;
}

auto entry(std::string_view bytes) -> std::pair<std::string, std::string> {
  std::pair<std::string, std::string> out;
  message_reader fields(bytes);
  while (const auto f = fields.next())
    if (f->number == 1) out.first = f->text();
    else if (f->number == 2) out.second = f->text();
  return out;
}

// Numbers of a list are wider than the elements that they stand for: the lowest bytes are those of the element, and a fraction's are its bits.
template <class T>
auto narrowed(const std::vector<T>& numbers, std::int64_t width) -> std::string {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes;
  bytes.reserve(numbers.size() * static_cast<std::size_t>(width));
  for (const auto& x : numbers)
    bytes.append(reinterpret_cast<const char*>(&x), std::min(sizeof(T), static_cast<std::size_t>(width)));
  return bytes;
}

struct tensor_fields {
  std::string name;
  std::vector<std::int64_t> extents, wholes;
  std::vector<float> reals;
  std::vector<double> doubles;
  std::string_view raw;
  bool is_raw = false, is_outside = false;
  index_t type = 0;
  in_another_file outside;
};

auto fields_of(std::string_view bytes) -> tensor_fields {
  tensor_fields t;
  message_reader fields(bytes);
  while (const auto f = fields.next()) switch (f->number) {
      case 1: f->add_wholes(t.extents); break;
      case 2: t.type = f->whole(); break;
      case 3: throw error("a tensor in several segments is not read");
      case 4: f->add_reals(t.reals); break;
      case 5:
      case 7:
      case 11: f->add_wholes(t.wholes); break;
      case 8: t.name = f->text(); break;
      case 9: t.raw = f->text(), t.is_raw = true; break;
      case 10: f->add_doubles(t.doubles); break;
      case 13: {
        const auto [key, value] = entry(f->text());
        if (key == "location") t.outside.location = value;
        else if (key == "offset") t.outside.offset = number_of(value);
        else if (key == "length") t.outside.length = number_of(value);
        break;
      }
      case 14: t.is_outside = f->whole() == 1; break;
      default: break;
    }
  return t;
}

auto array_of(const tensor_fields& t, const fs::path& folder) -> array {
  const auto type = word_of(t.type);
  const auto width = *width_of_elements(type);
  const dims shape(t.extents);
  for (const auto n : shape)
    if (n < 0) throw error(fmt::format("its shape is {}", seegrad::detail::to_list(shape)));
  const auto count = elements(shape);
  std::string made;
  std::string_view bytes = t.raw;
  if (count > std::numeric_limits<std::int64_t>::max() / width) throw error("it has more elements than memory can hold");
  const auto size = static_cast<std::uint64_t>(count * width);
  if (t.is_outside) {
    if (t.outside.length >= 0 && static_cast<std::uint64_t>(t.outside.length) != size)
      throw error(
          fmt::format("{} of {} takes {} bytes, and {} are said to be there", to_string(shape), type, size, t.outside.length));
    bytes = made = bytes_beside(folder, t.outside, size);
  } else if (!t.is_raw) {
    made = type == "F32" ? narrowed(t.reals, 4) : type == "F64" ? narrowed(t.doubles, 8) : narrowed(t.wholes, width);
    bytes = made;
  }
  if (bytes.size() != size)
    throw error(fmt::format("{} of {} takes {} bytes, and there are {}", to_string(shape), type, size, bytes.size()));
  bytes_source from(bytes);
  return read_elements(from, type, shape);
}

}  // namespace

auto type_of_onnx(index_t type) -> dtype {
  const auto word = word_of(type);
  if (word == "F64") return float64;
  if (word.starts_with('F') || word == "BF16") return float32;
  return word == "BOOL" ? boolean : int64;
}

auto read_onnx_tensor(std::string_view bytes, const fs::path& folder) -> named_array {
  auto t = fields_of(bytes);
  try {
    return {t.name, array_of(t, folder)};
  } catch (const error& e) {
    throw error(fmt::format("the numbers '{}': {}", t.name.substr(0, 200), e.what()));
  }
}

}  // namespace seegrad::nn::detail

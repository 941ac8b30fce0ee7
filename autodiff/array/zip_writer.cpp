#include <algorithm>
#include <autodiff/array/deflate.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/zip.hpp>
#include <autodiff/array/zip_format.hpp>
#include <fmt/format.h>
#include <ostream>

namespace seegrad::detail::zip {
auto writer::put(std::string_view bytes) -> void {
  if (bytes.empty()) return;
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) throw error("the file or stream takes no more bytes");
  written_ += bytes.size();
}

auto writer::add(const std::string& name, const std::vector<std::string_view>& pieces, bool deflate_it) -> void {
  std::uint64_t size = 0;
  std::uint32_t sum = 0;
  for (const auto piece : pieces) size += piece.size(), sum = detail::checksum(sum, piece.data(), piece.size());
  std::string packed;
  if (deflate_it) packed = detail::deflated(pieces);
  const auto stored = deflate_it ? packed.size() : size;
  if (name.size() > 60000) throw error(fmt::format("a name of {} bytes is too long", name.size()));
  ++entries_;
  const bool is_large = std::max<std::uint64_t>(size, stored) >= too_large, is_far = written_ >= too_large;
  const std::uint64_t version = is_large || is_far ? 45 : 20;

  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  std::string shared;  // what the entry and the directory both say: version, flags (UTF-8), method, 1980-01-01, checksum, sizes
  append(shared, {{version, 2},
                  {ascii ? 0 : 1 << 11, 2},
                  {deflate_it ? 8 : 0, 2},
                  {0, 2},
                  {0x21, 2},
                  {sum, 4},
                  {is_large ? too_large : stored, 4},
                  {is_large ? too_large : size, 4},
                  {name.size(), 2}});
  std::string sizes, full;
  if (is_large) append(sizes, {{size, 8}, {stored, 8}});
  full = sizes;
  if (is_far) append(full, {{written_, 8}});
  const auto as_field = [](const std::string& numbers) {
    std::string field;
    if (!numbers.empty()) append(field, {{full_id, 2}, {numbers.size(), 2}});
    return field + numbers;
  };
  const auto here = as_field(sizes), in_directory = as_field(full);

  append(directory_, {{central_mark, 4}, {version, 2}});
  directory_ += shared;
  append(directory_, {{in_directory.size(), 2}, {0, 2}, {0, 2}, {0, 2}, {0, 4}, {is_far ? too_large : written_, 4}});
  directory_ += name + in_directory;

  std::string head, extra_length;
  append(head, {{local_mark, 4}});
  append(extra_length, {{here.size(), 2}});
  put(head + shared + extra_length + name + here);
  if (deflate_it) put(packed);
  else
    for (const auto piece : pieces) put(piece);
}

auto writer::finish() -> void {
  const auto start = written_;
  put(directory_);
  std::string end;
  const bool in_full = entries_ >= too_many || directory_.size() >= too_large || start >= too_large;
  if (in_full) {
    const auto record_at = written_;
    append(end, {{record_mark, 4}, {record_size - 12, 8}, {45, 2}, {45, 2}, {0, 4}, {0, 4}});
    append(end, {{entries_, 8}, {entries_, 8}, {directory_.size(), 8}, {start, 8}});
    append(end, {{locator_mark, 4}, {0, 4}, {record_at, 8}, {1, 4}});
  }
  const auto count = std::min<std::uint64_t>(entries_, too_many), bytes = std::min<std::uint64_t>(directory_.size(), too_large);
  append(end,
         {{end_mark, 4}, {0, 4}, {count, 2}, {count, 2}, {bytes, 4}, {std::min<std::uint64_t>(start, too_large), 4}, {0, 2}});
  put(end);
}

}  // namespace seegrad::detail::zip

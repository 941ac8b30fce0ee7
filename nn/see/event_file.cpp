#include <nn/see/event_file.hpp>

#include <array>
#include <atomic>
#include <autodiff/array/error.hpp>
#include <autodiff/array/system.hpp>
#include <chrono>
#include <fmt/format.h>
#include <nn/save/protobuf.hpp>

namespace seegrad::nn {
namespace {

constexpr auto crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? c >> 1 ^ 0x82f63b78u : c >> 1;
    table[i] = c;
  }
  return table;
}();

auto masked_crc(std::string_view bytes) -> std::uint32_t {
  const auto c = detail::crc32c(bytes);
  return (c >> 15 | c << 17) + 0xa282ead8u;
}

template <class T>
auto little_endian(T x) -> std::string {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(x >> (8 * i) & 255);
  return bytes;
}

auto now() -> double { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

auto event_at(double time) -> detail::message {
  detail::message event;
  event.real(1, time);
  return event;
}

// Names as PyTorch's writer cleans them.
auto clean(std::string_view tag) -> std::string {
  std::string out;
  for (const char c : tag) {
    const bool good = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-' ||
                      c == '.' || c == '/';
    out += good ? c : '_';
  }
  return out.substr(std::min(out.find_first_not_of('/'), out.size()));
}

auto new_name() -> std::string {
  static std::atomic<int> number = 0;
  return fmt::format("events.out.tfevents.{:010.0f}.{}.{}.{}", now(), clean(seegrad::detail::host_name()),
                     seegrad::detail::process_id(), number++);
}

}  // namespace

auto detail::crc32c(std::string_view bytes) -> std::uint32_t {
  std::uint32_t c = ~0u;
  for (const char b : bytes) c = crc_table[(c ^ static_cast<unsigned char>(b)) & 255] ^ c >> 8;
  return ~c;
}

event_file::event_file(const std::filesystem::path& folder) : file_(folder / new_name()) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  out_.open(file_, std::ios::binary);
  if (!out_) throw error(fmt::format("event_file: cannot write to the folder {}", folder.string()));
  record(event_at(now()).bytes(3, "brain.Event:2").text());
  flush();
}

auto event_file::scalar(std::string_view tag, std::int64_t step, double value) -> void {
  detail::message number, summary;
  number.bytes(1, clean(tag)).real(2, static_cast<float>(value));
  summary.bytes(1, number.text());
  record(event_at(now()).number(2, step).bytes(5, summary.text()).text());
}

auto event_file::record(std::string_view event) -> void {
  const auto length = little_endian(std::uint64_t{event.size()});
  out_ << length << little_endian(masked_crc(length)) << event << little_endian(masked_crc(event));
}

auto event_file::flush() -> void {
  out_.flush();
  if (!out_) throw error(fmt::format("event_file: writing to {} failed; is the disk full?", file_.string()));
}

}  // namespace seegrad::nn

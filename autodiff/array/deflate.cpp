#include <autodiff/array/deflate.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>

#ifdef SEEGRAD_COMPRESSION
#include <fmt/format.h>
#include <zlib.h>
#else
#include <boost/crc.hpp>
#endif

namespace seegrad::detail {

#ifdef SEEGRAD_COMPRESSION

namespace {

constexpr std::size_t longest_part = std::size_t{1} << 30;  // zlib counts in 32 bits

auto of_zlib(const char* bytes) -> Bytef* { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes)); }

}  // namespace

auto can_deflate() -> bool { return true; }

auto deflated(const std::vector<std::string_view>& pieces) -> std::string {
  z_stream z{};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw error("zlib could not begin");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&z, deflateEnd);
  std::string out;
  std::vector<char> room(std::size_t{1} << 16);
  const auto run = [&](std::string_view part, int flush) {
    z.next_in = of_zlib(part.data());
    z.avail_in = static_cast<uInt>(part.size());
    do {
      z.next_out = of_zlib(room.data());
      z.avail_out = static_cast<uInt>(room.size());
      deflate(&z, flush);
      out.append(room.data(), room.size() - z.avail_out);
    } while (z.avail_out == 0);
  };
  for (auto piece : pieces)
    for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), longest_part)))
      run(piece.substr(0, longest_part), Z_NO_FLUSH);
  run({}, Z_FINISH);
  return out;
}

struct inflater::state {
  z_stream z{};
  ~state() { inflateEnd(&z); }
};

inflater::inflater(deflate_frame frame) : state_(std::make_unique<state>()) {
  if (inflateInit2(&state_->z, frame == deflate_frame::gzip ? MAX_WBITS + 16 : -MAX_WBITS) != Z_OK)
    throw error("zlib could not begin");
}

auto inflater::run(std::string_view part, char* to, std::size_t n) -> progress {
  auto& z = state_->z;
  z.next_in = of_zlib(part.data());
  z.next_out = of_zlib(to);
  const auto in = z.avail_in = static_cast<uInt>(std::min(part.size(), longest_part));
  const auto room = z.avail_out = static_cast<uInt>(std::min(n, longest_part));
  const int code = inflate(&z, Z_NO_FLUSH);
  if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) throw error(z.msg ? z.msg : zError(code));
  return {in - z.avail_in, room - z.avail_out, code == Z_STREAM_END};
}

auto inflater::begin_again() -> void { inflateReset(&state_->z); }

auto checksum(std::uint32_t before, const char* from, std::size_t n) -> std::uint32_t {
  auto sum = static_cast<uLong>(before);
  for (std::size_t part; n > 0; from += part, n -= part) {
    part = std::min(n, longest_part);
    sum = crc32(sum, of_zlib(from), static_cast<uInt>(part));
  }
  return static_cast<std::uint32_t>(sum);
}

#else

namespace {

[[noreturn]] auto refuse() -> void {
  throw error("this seegrad was built without zlib, which packs and unpacks (-Dcompression=enabled)");
}

}  // namespace

struct inflater::state {};

auto can_deflate() -> bool { return false; }
auto deflated(const std::vector<std::string_view>&) -> std::string { refuse(); }
inflater::inflater(deflate_frame) { refuse(); }
auto inflater::run(std::string_view, char*, std::size_t) -> progress { refuse(); }
auto inflater::begin_again() -> void { refuse(); }

auto checksum(std::uint32_t before, const char* from, std::size_t n) -> std::uint32_t {
  std::uint32_t start = 0;  // which is asked for with its bits in the other order
  for (int bit = 0; bit < 32; ++bit) start |= (~before >> bit & 1) << (31 - bit);
  boost::crc_optimal<32, 0x04c11db7, 0xffff'ffff, 0xffff'ffff, true, true> sum(start);
  sum.process_bytes(from, n);
  return sum.checksum();
}

#endif

inflater::~inflater() = default;

}  // namespace seegrad::detail

// Files are read as they were written, byte by byte; whatever is damaged gives an error or a valid array, and nothing else.

#include <autodiff/array/create.hpp>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nn/data/csv.hpp>
#include <nn/data/fashion_mnist.hpp>
#include <nn/data/idx.hpp>
#include <zlib.h>

#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

struct folder : scratch_folder {
  auto write(const std::string& bytes, const char* name = "file") const -> fs::path {
    fs::remove(path / name);  // some file systems wait for the disk when a file is written over
    std::ofstream(path / name, std::ios::binary) << bytes;
    return path / name;
  }
};

auto gzip(const std::string& bytes) -> std::string {
  z_stream z{};
  REQUIRE(::deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(bytes.size() + 1000, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<unsigned>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<unsigned>(out.size());
  REQUIRE(::deflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - z.avail_out);
  ::deflateEnd(&z);
  return out;
}

template <class U>
auto big(U x) -> std::string {
  std::string out;
  for (int shift = 8 * static_cast<int>(sizeof(U)) - 8; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(x) >> shift & 0xff);
  return out;
}
auto header(char type, std::initializer_list<std::uint32_t> shape) -> std::string {
  std::string out{'\0', '\0', type, static_cast<char>(shape.size())};
  for (const auto n : shape) out += big(n);
  return out;
}

const std::string small = header(0x08, {2, 3}) + std::string("\x00\x01\x7f\x80\xfe\xff", 6);
const array small_array({{0, 1, 127}, {128, 254, 255}}, float32);

// Every prefix, and every bit turned over.
template <class F>
auto damage(const std::string& bytes, F read) -> void {
  for (std::size_t n = 0; n < bytes.size(); ++n) read(bytes.substr(0, n));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto turned = bytes;
    turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ 1 << bit % 8);
    read(turned);
  }
}

}  // namespace

// --- IDX -------------------------------------------------------------------------------------------------------------------

TEST_CASE("IDX files, plain and packed") {
  const folder f;
  CHECK(identical(nn::load_idx(f.write(small)), small_array));
  CHECK(identical(nn::load_idx(f.write(gzip(small))), small_array));
  CHECK(identical(nn::load_idx(f.write(gzip(small.substr(0, 9)) + gzip(small.substr(9)))), small_array));
  CHECK(identical(nn::load_idx(f.write(small), int64), small_array.cast(int64)));
  CHECK(identical(nn::load_idx(f.write(small), float64), small_array.cast(float64)));
  CHECK(identical(nn::load_idx(f.write(small), boolean), array{{false, true, true}, {true, true, true}}));
}

TEST_CASE("all element types of IDX") {
  const folder f;
  CHECK(identical(nn::load_idx(f.write(header(0x09, {3}) + "\x80\xff\x7f"), int64), array{-128, -1, 127}));
  const auto shorts = header(0x0B, {3}) + big<std::int16_t>(-32768) + big<std::int16_t>(258) + big<std::int16_t>(-2);
  CHECK(identical(nn::load_idx(f.write(shorts), int64), array{-32768, 258, -2}));
  const auto ints = header(0x0C, {2}) + big<std::int32_t>(-2147483647 - 1) + big<std::int32_t>(16909060);
  CHECK(identical(nn::load_idx(f.write(ints), int64), array(std::vector<std::int64_t>{-2147483648, 16909060})));
  const auto floats = header(0x0D, {2}) + big(std::bit_cast<std::uint32_t>(-1.5f)) + big(std::bit_cast<std::uint32_t>(3.25e10f));
  CHECK(identical(nn::load_idx(f.write(floats)), array({-1.5, 3.25e10}, float32)));
  const auto doubles = header(0x0E, {1, 2}) + big(std::bit_cast<std::uint64_t>(0.1)) + big(std::bit_cast<std::uint64_t>(-7.9));
  CHECK(identical(nn::load_idx(f.write(doubles), float64), array{{0.1, -7.9}}));
  CHECK(identical(nn::load_idx(f.write(doubles), int64), array{{0, -7}}));
  for (const double wild : {std::nan(""), 9.3e18, -9.3e18, std::numeric_limits<double>::infinity()}) {
    const auto bytes = header(0x0E, {1}) + big(std::bit_cast<std::uint64_t>(wild));
    CHECK_THROWS_AS(nn::load_idx(f.write(bytes), int64), error);
    CHECK(nn::load_idx(f.write(bytes), float64).size() == 1);
  }
}

TEST_CASE("ranks of IDX") {
  const folder f;
  CHECK(identical(nn::load_idx(f.write(header(0x08, {}) + "\x05"), int64), full({}, 5, int64)));
  CHECK(nn::load_idx(f.write(header(0x08, {1, 1, 2, 1, 1, 1, 1, 1}) + "ab")).shape() == dims{1, 1, 2, 1, 1, 1, 1, 1});
  CHECK_THROWS_AS(nn::load_idx(f.write(header(0x08, {1, 1, 1, 1, 1, 1, 1, 1, 1}) + "a")), error);
  CHECK(nn::load_idx(f.write(header(0x08, {3, 0}))).shape() == dims{3, 0});
}

TEST_CASE("headers that promise more than there is are refused before memory is taken") {
  const folder f;
  const auto says = [&](const std::string& bytes, const char* what) {
    return contains(message_of([&] { nn::load_idx(f.write(bytes)); }), what);
  };
  CHECK(says(header(0x0E, {0xffffffff, 0x20000}) + "abc", "more elements than memory could hold"));
  CHECK(says(header(0x08, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}), "more elements than memory could hold"));
  CHECK(says(header(0x08, {0, 0xffffffff, 0xffffffff, 0xffffffff}), "more elements than memory could hold"));
  CHECK(says(header(0x0E, {0x40000000}) + "abc", "needs 8589934592 bytes"));
  CHECK(says(gzip(header(0x0E, {0x40000000}) + "abc"), "needs 8589934592 bytes"));
  CHECK(says(small + "x", "more bytes follow"));
  CHECK(says(gzip(small) + "x", "cut off"));
  CHECK(says(gzip(small) + "xxxxxxxxxxxxxxxxxxx", "damaged"));
  CHECK(says(header(0x0A, {1}) + "a", "0x0A is unknown"));
  CHECK(says("x" + small, "no IDX file"));
  CHECK(says("", "no IDX file"));
  CHECK(contains(message_of([&] { nn::load_idx(f.path / "missing"); }), "No such file"));
  CHECK_THROWS_AS(nn::load_idx(f.path), error);
}

TEST_CASE("damaged IDX files give an error or an array") {
  const folder f;
  index_t refused = 0, read = 0;
  const auto whole = gzip(small);
  for (const auto& bytes : {small, whole})
    damage(bytes, [&](const std::string& damaged) {
      const auto file = f.write(damaged);
      try {
        const auto x = nn::load_idx(file);
        CHECK(x.size() == elements(x.shape()));
        CHECK(damaged.size() >= bytes.size());  // no prefix is a file
        ++read;
      } catch (const error&) {
        ++refused;
      }
    });
  // A bit of an element, or of gzip's note of the time, does no harm; a checksum guards what is packed.
  CHECK(read >= 48);
  CHECK(refused > static_cast<index_t>(9 * whole.size() - 8 * 10));
}

// --- CSV -------------------------------------------------------------------------------------------------------------------

TEST_CASE("tables with and without a header") {
  const auto t = nn::parse_csv("a,b\n1,2.5\n-3,4e2\n");
  CHECK(t.names == std::vector<std::string>{"a", "b"});
  CHECK(identical(t.values, array{{1.0, 2.5}, {-3.0, 400.0}}));
  CHECK(identical(t.column("b"), array{2.5, 400.0}));
  const auto bare = nn::parse_csv("1,2\r\n3,4");
  CHECK(bare.names == std::vector<std::string>{"0", "1"});
  CHECK(identical(bare.values, array{{1.0, 2.0}, {3.0, 4.0}}));
  const auto years = nn::parse_csv("2001,2002\n3,4\n", {.header = nn::csv_header::yes});
  CHECK(years.names == std::vector<std::string>{"2001", "2002"});
  CHECK(identical(years.values, array{{3.0, 4.0}}));
  CHECK_THROWS_AS(nn::parse_csv("a,b\n1,2\n", {.header = nn::csv_header::no}), error);
  CHECK(nn::parse_csv("a,b\n").values.shape() == dims{0, 2});
  CHECK_THROWS_AS(nn::parse_csv("a,b\n1,2\n").column("c"), error);
}

TEST_CASE("columns are chosen by name, and the others may be text") {
  const auto text = "name;x;y\nAnna;1;2\nBen;3;4\n";
  const auto t = nn::parse_csv(text, {.separator = ';', .columns = {"y", "x"}});
  CHECK(t.names == std::vector<std::string>{"y", "x"});
  CHECK(identical(t.values, array{{2.0, 1.0}, {4.0, 3.0}}));
  CHECK(identical(nn::parse_csv("1\t2\n3\t4\n", {.separator = '\t', .columns = {"1"}}).values, array{{2.0}, {4.0}}));
  CHECK(contains(message_of([&] { nn::parse_csv(text, {.separator = ';', .columns = {"z"}}); }),
                 "no column 'z'; there are name, x, y"));
  CHECK_THROWS_AS(nn::parse_csv("a,a\n1,2\n", {.columns = {"a"}}), error);
}

TEST_CASE("quotes, spaces, empty lines and what is missing") {
  const auto t = nn::parse_csv("\xef\xbb\xbf\"the \"\"first\"\", x\", \"b\r\nc\"\r\n\r\n \"1\" , +2 \r\n   \r\n\"-.5\",1e-3\r\n");
  CHECK(t.names == std::vector<std::string>{"the \"first\", x", "b\r\nc"});
  CHECK(identical(t.values, array{{1.0, 2.0}, {-0.5, 1e-3}}));
  const auto m = nn::parse_csv("1,,NA\nnan,N/A,?\n2,null,None\n");
  CHECK(m.names == std::vector<std::string>{"0", "1", "2"});
  CHECK(m.values.at(0, 0) == 1);
  CHECK(m.values.at(2, 0) == 2);
  for (const auto& [i, j] : {std::pair{0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}})
    CHECK(std::isnan(m.values.at(i, j)));
  CHECK(std::isinf(nn::parse_csv("1\ninf\n").values.at(1, 0)));
}

TEST_CASE("errors name the line and the column") {
  const auto says = [](const char* text, const char* what) { return contains(message_of([&] { nn::parse_csv(text); }), what); };
  CHECK(says("a,b\n1,2\n3,x4\n", "load_csv: 'text', line 3, column 2: 'x4' is no number"));
  CHECK(says("a,\"b\nc\"\n1,2\n3,4 5\n", "line 4, column 2: '4 5' is no number"));
  CHECK(says("1,2\n3,0x10\n", "line 2, column 2"));
  CHECK(says("1,2\n3,+-4\n", "line 2, column 2"));
  CHECK(says("1,2\n\n3\n", "line 3, column 1: 1 fields, and the first line has 2"));
  CHECK(says("1,2\n3,4,5\n", "line 2, column 3: 3 fields"));
  CHECK(says("1,2\n3,1e999\n", "line 2, column 2: '1e999' is out of the range"));
  CHECK(says("a,b\n1,\"2\n3,4\n", "line 2, column 2: the quote is not closed"));
  CHECK(says("a,b\n1,\"2\"3\n", "line 2, column 2: something follows the closing quote"));
  CHECK(says("", "has no line"));
  CHECK_THROWS_AS(nn::parse_csv("1", {.separator = '"'}), error);
}

TEST_CASE("files of text, plain and packed, and damaged") {
  const folder f;
  const std::string text = "a,\"b\"\r\n1,2\n3,NA\n\"4\",-5e-1\n";
  CHECK(nn::load_csv(f.write(text)).values.shape() == dims{3, 2});
  CHECK(nn::load_csv(f.write(gzip(text))).values.at(2, 1) == -0.5);
  CHECK_THROWS_AS(nn::load_csv(f.path / "missing"), error);
  int whole = 0;
  damage(text, [&](const std::string& damaged) {
    try {
      const auto t = nn::parse_csv(damaged);
      CHECK(t.values.extent(1) == static_cast<index_t>(t.names.size()));
      ++whole;
    } catch (const error&) {}
  });
  CHECK(whole > 0);
}

// --- pictures --------------------------------------------------------------------------------------------------------------

TEST_CASE("images and labels that do not belong together are refused") {
  const folder f;
  const auto images = f.write(header(0x08, {2, 1, 2}) + std::string("\x00\xff\x33\x66", 4), "images");
  const auto labels = f.write(header(0x08, {2}) + "\x09\x03", "labels");
  const auto d = nn::load_labelled_images(images, labels);
  CHECK(d.inputs.shape() == dims{2, 1, 1, 2});
  CHECK(d.inputs.to_vector<float>() == std::vector<float>{0.0f, 1.0f, 0.2f, 0.4f});
  CHECK(identical(d.targets, array{9, 3}));
  CHECK_THROWS_AS(nn::load_labelled_images(images, labels, 9), error);
  CHECK_THROWS_AS(nn::load_labelled_images(images, f.write(header(0x08, {1}) + "\x01", "one")), error);
  CHECK_THROWS_AS(nn::load_labelled_images(labels, images), error);
  CHECK(contains(message_of([&] { nn::load_fashion_mnist(f.path); }), "apt-get install dataset-fashion-mnist"));
}

TEST_CASE("Fashion-MNIST, where it is installed") {
  const fs::path data = "/usr/share/datasets/fashion-mnist";
  if (!fs::exists(data)) return;
  const auto test = nn::load_labelled_images(data / "t10k-images-idx3-ubyte.gz", data / "t10k-labels-idx1-ubyte.gz");
  CHECK(test.inputs.shape() == dims{10000, 1, 28, 28});
  std::vector<int> count(10);
  for (const auto label : test.targets.elements<std::int64_t>()) ++count[static_cast<std::size_t>(label)];
  CHECK(count == std::vector<int>(10, 1000));
  float least = 1, most = 0;
  for (const auto p : test.inputs.elements<float>()) least = std::min(least, p), most = std::max(most, p);
  CHECK(least == 0);
  CHECK(most == 1);
  // The training labels, which are quick to read: 6000 of each class.
  const auto labels = nn::load_idx(data / "train-labels-idx1-ubyte.gz", int64);
  std::vector<int> training(10);
  for (const auto label : labels.elements<std::int64_t>()) ++training[static_cast<std::size_t>(label)];
  CHECK(training == std::vector<int>(10, 6000));
}

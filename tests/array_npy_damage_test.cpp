// Files of numpy that are damaged, in every way that can be tried, or made in bad faith.
#include "npy_bytes.hpp"

#include <autodiff/array/create.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/npz.hpp>
#include <doctest/doctest.h>
#include <map>
#include <string_view>

#include "message.hpp"

namespace {

auto refusal(const std::string& bytes) -> std::string {
  return message_of([&] { from_bytes(bytes); });
}

}  // namespace

TEST_CASE("headers made in bad faith") {
  const auto shape = [](const std::string& s) {
    return with_header("{'descr': '<f8', 'fortran_order': False, 'shape': " + s + "}", "12345678");
  };
  seegrad::detail::pool::reset_peak();
  const auto before = seegrad::detail::pool::in_use().peak;
  const std::pair<const char*, const char*> bad[] = {{"(1000000000000,)", "has 8000000000000 bytes, but only 8 are there"},
                                                     {"(4294967296, 4294967296)", "more elements than memory"},
                                                     {"(9223372036854775807, 9223372036854775807)", "more elements"},
                                                     {"(0, 9223372036854775807)", "more elements"},
                                                     {"(4294967296, 0, 4294967296, 4)", "more elements"},
                                                     {"(99999999999999999999,)", "no whole number"},
                                                     {"(-1,)", "no whole number"},
                                                     {"(1, 1, 1, 1, 1, 1, 1, 1, 1)", "more than 8 axes"},
                                                     {"(1.5,)", "missing"},
                                                     {"(1 2)", "missing"},
                                                     {"(1", "missing"},
                                                     {"[1]", "missing"},
                                                     {"__import__('os')", "missing"}};
  for (const auto& [text, why] : bad) {
    const auto said = refusal(shape(text));
    CAPTURE(said);
    CHECK(said.starts_with("load_npy: "));
    CHECK(said.find(why) != std::string::npos);
  }
  // A pipe does not say how much it holds.
  pipe_buffer buffer(shape("(100000000000,)"));
  std::istream in(&buffer);
  CHECK(message_of([&] { load_npy(in); }).find("too early") != std::string::npos);
  CHECK(seegrad::detail::pool::in_use().peak - before < 1 << 16);

  CHECK(refusal("").find("too early") != std::string::npos);
  CHECK(refusal("hello, world").find("no .npy") != std::string::npos);
  CHECK(refusal(with_header("{}", "", 4)).find("version 4.0") != std::string::npos);
  auto endless = with_header("{}", "", 2);
  endless[11] = '\x7f';
  CHECK(refusal(endless).find("claims a length") != std::string::npos);
  for (const auto* head :
       {"", "{", "{'descr'", "{'descr': '<f8'}", "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + 1",
        "{'descr': 'f16', 'fortran_order': False, 'shape': (1,)}"}) {
    CAPTURE(head);
    CHECK(refusal(with_header(head, "12345678")).starts_with("load_npy: "));
  }
  std::ostringstream archive;
  save_npz(archive, {{"x", array{1.0}}});
  CHECK(refusal(archive.str()).find("load_npz") != std::string::npos);
  std::istringstream single(bytes_of(array{1.0}));
  CHECK(message_of([&] { load_npz(single); }).find("load_npy") != std::string::npos);
}

TEST_CASE("cut off anywhere, changed anywhere: an error, or an array, and nothing else") {
  const auto npy = bytes_of(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  REQUIRE(npy.size() == 128 + 48);
  for (std::size_t n = 0; n < npy.size(); ++n) CHECK(refusal(npy.substr(0, n)) != "no error");
  for (std::size_t i = 0; i < 128; ++i)
    for (int c = 0; c < 256; ++c) {
      auto changed = npy;
      changed[i] = static_cast<char>(c);
      std::size_t bytes = 0;
      try {
        bytes = from_bytes(changed).bytes();
      } catch (const error&) {}
      CHECK(bytes <= 48 * 8);  // a byte in the file is a whole number of eight at most
    }

  const std::map<std::string, array> arrays{{"a", arange(40)}, {"bc", array{{1, 2}, {3, 4}}}, {"d", array{true}}};
  for (const auto how : {packing::stored, packing::deflated}) {
    std::ostringstream out;
    save_npz(out, arrays, how);
    const auto npz = out.str();
    const auto read = [](const std::string& bytes) {
      std::istringstream in(bytes);
      return load_npz(in);
    };
    int found = 0;
    for (std::size_t n = 0; n < npz.size(); ++n) CHECK(message_of([&] { read(npz.substr(0, n)); }).starts_with("load_npz: "));
    for (std::size_t i = 0; i < npz.size(); ++i)
      for (const int c :
           {0, 1, 0x7f, 0x80, 0xff, static_cast<unsigned char>(npz[i]) ^ 1, static_cast<unsigned char>(npz[i]) ^ 0x10}) {
        auto changed = npz;
        changed[i] = static_cast<char>(c);
        if (changed == npz) continue;
        try {
          // A date or a name may change unnoticed; a number may not.
          const auto back = read(changed);
          REQUIRE(back.size() == 3);
          double sum = 0;
          for (const auto& [name, x] : back)
            for (const double v : x.to_vector<double>()) sum += v;
          CHECK(sum == 780 + 10 + 1);
        } catch (const error&) {
          ++found;
        }
      }
    CHECK(found > 1000);
  }
}

TEST_CASE("archives made in bad faith") {
  std::ostringstream out;
  save_npz(out, {{"a", zeros({100})}, {"b", zeros({100})}}, packing::deflated);
  const auto good = out.str();
  const auto directory = good.find("PK\1\2"), second = good.find("PK\1\2", directory + 1), end = good.find("PK\5\6");
  const auto refused = [&](std::size_t at, std::string_view bytes) {
    auto bad = good;
    bad.replace(at, bytes.size(), bytes);
    std::istringstream in(bad);
    return message_of([&] { load_npz(in); });
  };
  using namespace std::string_view_literals;
  CHECK(refused(directory + 24, "\0\0\0\x7f"sv).find("sizes") != std::string::npos);  // a bomb
  CHECK(refused(directory + 8, "\1"sv).find("encrypted") != std::string::npos);
  CHECK(refused(directory + 10, "\x0c"sv).find("method 12") != std::string::npos);
  CHECK(refused(directory + 20, "\xff\xff\xff\xff"sv).find("outside") != std::string::npos);  // ZIP64's, without a field for it
  CHECK(refused(end + 10, "\xff\xff"sv).find("one part of several") != std::string::npos);
  CHECK(refused(second + 42, std::string_view(good).substr(directory + 42, 4)).find("overlap") != std::string::npos);
  CHECK(refused(second + 46, "a"sv).find("twice") != std::string::npos);
  CHECK(refused(second + 48, "x"sv).find("no .npy") != std::string::npos);
  CHECK(refused(directory + 16, "\0\0\0\0"sv).find("checksum") != std::string::npos);
}

// Rows of files that stay on the disk are those of load_npy, and whatever is damaged gives an error.
#include <autodiff/array/mapped_npy.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <autodiff/array/create.hpp>
#include <doctest/doctest.h>

#include "file_bytes.hpp"
#include "message.hpp"
#include "npy_bytes.hpp"
#include "sanitizer.hpp"
#include "scratch_folder.hpp"

namespace {

constexpr auto both = {file_access::automatic, file_access::read};

auto header_of(const std::string& type, const std::string& shape) -> std::string {
  return with_header("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}", "");
}

}  // namespace

TEST_CASE("rows are those of the whole array, for every type") {
  const scratch_folder folder;
  const auto file = folder / "x.npy";
  for (const std::string type :
       {"<f8", ">f8", "<f4", ">f4", "<f2", "<i8", ">i8", "<i4", ">i2", "|i1", "<u8", "<u4", ">u2", "|u1", "|b1"}) {
    CAPTURE(type);
    // Twelve numbers whose bytes are below 128 everywhere: they are finite, and no u8 is beyond int64.
    std::string bytes;
    for (int i = 0; i < 12 * (type[2] - '0'); ++i) bytes += static_cast<char>(37 * i % 61);
    fill(file, header_of(type, "(6, 2, 1)") + bytes);
    const auto whole = load_npy(file);
    for (const auto how : both) {
      const mapped_npy x(file, how);
      CHECK(x.is_mapped() == (how == file_access::automatic));
      CHECK(x.shape() == dims{6, 2, 1});
      CHECK(x.type() == whole.type());
      CHECK(identical(x.rows(0, 6), whole));
      CHECK(identical(x.rows(2, 5), whole.slice(0, 2, 5, 1)));
      const std::vector<std::int64_t> numbers{5, 0, 5, 3};
      const auto chosen = x.rows(numbers);
      CHECK(chosen.shape() == dims{4, 2, 1});
      for (index_t i = 0; i < 4; ++i)
        CHECK(identical(chosen.select(0, i), whole.select(0, numbers[static_cast<std::size_t>(i)])));
      CHECK(x.rows(3, 3).shape() == dims{0, 2, 1});
    }
  }
}

TEST_CASE("shapes without elements, and of one axis") {
  const scratch_folder folder;
  save_npy(folder / "none.npy", zeros({0, 3}));
  CHECK(mapped_npy(folder / "none.npy").rows(0, 0).shape() == dims{0, 3});
  save_npy(folder / "thin.npy", zeros({3, 0}));
  CHECK(mapped_npy(folder / "thin.npy").rows(1, 3).shape() == dims{2, 0});
  save_npy(folder / "flat.npy", arange(5));
  CHECK(identical(mapped_npy(folder / "flat.npy").rows(1, 3), array{1.0, 2.0}));
  // One axis has one order, whatever the header says.
  fill(folder / "f.npy", with_header("{'descr': '|u1', 'fortran_order': True, 'shape': (2,)}", "ab"));
  CHECK(identical(mapped_npy(folder / "f.npy").rows(0, 2), array{97, 98}));
}

TEST_CASE("what cannot be read by rows is refused") {
  const scratch_folder folder;
  const auto file = folder / "x.npy";
  const auto said = [&](const std::string& bytes) {
    fill(file, bytes);
    return message_of([&] { mapped_npy x(file); });
  };
  check_contains(said(bytes_of(array(1.0))), "a single number, which has no rows");
  check_contains(said(with_header("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2)}", std::string(16, 'x'))),
                 "column by column");
  check_contains(said(bytes_of(array{1.0}) + "x"), "an array of shape [1] has 8 bytes, but 9 are there");
  check_contains(said(header_of("<f8", "(1000000000000,)")), "has 8000000000000 bytes, but 0 are there");
  check_contains(message_of([&] { mapped_npy(folder.path); }), "directory");
  check_contains(message_of([&] { mapped_npy(folder / "none"); }), "mapped_npy: cannot read");
  check_contains(message_of([&] { mapped_npy("/dev/null"); }), "no regular file");
  fill(file, header_of("<u8", "(3,)") + std::string(16, '\1') + std::string(8, '\xff'));
  const mapped_npy unsigned_numbers(file);
  CHECK(unsigned_numbers.rows(0, 2).size() == 2);
  check_contains(message_of([&] { unsigned_numbers.rows(1, 3); }), "rows from 1 on: element 1 is 18446744073709551615");
  CHECK_THROWS_AS(unsigned_numbers.rows(0, 4), error);
  CHECK_THROWS_AS(unsigned_numbers.rows(2, 1), error);
  CHECK_THROWS_AS(unsigned_numbers.rows(std::vector<std::int64_t>{3}), error);
  CHECK_THROWS_AS(unsigned_numbers.rows(std::vector<std::int64_t>{-1}), error);
}

TEST_CASE("cut off anywhere, changed anywhere: an error, or rows") {
  const scratch_folder folder;
  const auto file = folder / "x.npy";
  const auto whole = bytes_of(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  for (std::size_t n = 0; n < whole.size(); ++n) {
    fill(file, whole.substr(0, n));
    CHECK(message_of([&] { mapped_npy x(file); }).starts_with("mapped_npy: '"));
  }
  for (std::size_t i = 0; i < 128; ++i)
    for (const int c : {0, 1, 0x20, 0x31, 0x7f, 0xff, static_cast<unsigned char>(whole[i]) ^ 1}) {
      auto changed = whole;
      changed[i] = static_cast<char>(c);
      fill(file, changed);
      try {
        const mapped_npy x(file);
        CHECK(x.rows(0, x.size()).bytes() <= 48 * 8);
      } catch (const error&) {}
    }
}

TEST_CASE("a file that is made shorter while it is open is an error") {
  const scratch_folder folder;
  const auto file = folder / "x.npy";
  for (const auto how : both) {
    save_npy(file, arange(100000));
    const mapped_npy x(file, how);
    std::filesystem::resize_file(file, 5000);
    check_contains(message_of([&] { x.rows(99000, 100000); }), "made shorter");
  }
}

TEST_CASE("a file larger than the address space that is left is read all the same") {
  const scratch_folder folder;
  const auto file = folder / "large.npy";
  constexpr std::int64_t rows = 1 << 20, width = 1024;  // 8 GiB, which a file without blocks in it does not take
  fill(file, header_of("<f8", "(1048576, 1024)"));
  const auto header = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, header + static_cast<std::uintmax_t>(rows * width * 8));
  {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(header) + (rows - 1) * width * 8);
    const double mark = 2.5;
    out.write(reinterpret_cast<const char*>(&mark), 8);
  }
  CHECK(mapped_npy(file).rows(rows - 1, rows).at(0, 0) == 2.5);
  if (is_sanitized) return;  // sanitizers need an address space without bounds
  const auto child = ::fork();
  if (child == 0) {
    const rlimit four{std::uint64_t{4} << 30, std::uint64_t{4} << 30};
    int wrong = ::setrlimit(RLIMIT_AS, &four);
    try {
      const mapped_npy x(file);
      wrong += x.is_mapped() || x.rows(rows - 1, rows).at(0, 0) != 2.5 || x.rows(0, 1).at(0, 7) != 0;
    } catch (...) {
      ++wrong;
    }
    ::_exit(wrong);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

#pragma once
// tanh of float batches for AVX-512, whose permutations find coefficients in a table of 16 as fast as they are added: one of 16 polynomials, of degree 6, by
// the upper digits of |x| + 1. Each is minimax in the relative error, below 6e-9, around a number whose tanh is almost a float, so that what is
// lost is little more than the last rounding.

#include <autodiff/array/instruction_set.hpp>
#include <xsimd/xsimd.hpp>

#ifdef __AVX512F__
namespace seegrad::detail {
inline namespace SEEGRAD_SET {

// Middles of the pieces, which begin at |x| = 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 9, 11 and 13, and coefficients, from that of 1 on.
alignas(64) inline constexpr float tangent_pieces[8][16] = {
    // clang-format off
    {0.0f, 0.374971211f, 0.625104308f, 0.874936163f, 1.25002086f, 1.749753f, 2.25028205f, 2.75006676f, 3.49975133f, 4.50077772f, 5.50036383f, 6.49899864f, 7.99899864f, 10.0f, 12.0f, 14.0f},
    {0.0f, 0.358332306f, 0.554671943f, 0.703873396f, 0.84828949f, 0.94134742f, 0.978038371f, 0.991860807f, 0.998176992f, 0.999753594f, 0.999966621f, 0.99999547f, 0.999999762f, 1.0f, 1.0f, 1.0f},
    {1.0f, 0.871597946f, 0.692339063f, 0.504562259f, 0.280404836f, 0.113864988f, 0.0434409417f, 0.016212143f, 0.00364276138f, 0.000492760853f, 6.67573986e-5f, 9.05959587e-6f, 4.51682581e-7f, 0.0f, 0.0f, 0.0f},
    {-1.5605217e-6f, -0.312321693f, -0.384021074f, -0.355147958f, -0.237864569f, -0.107186481f, -0.0424868986f, -0.0160801858f, -0.00363609521f, -0.000492637337f, -6.6754852e-5f, -9.05948946e-6f, -4.51518616e-7f, 0.0f, 0.0f, 0.0f},
    {-0.333259434f, -0.178620368f, -0.0177801363f, 0.0817894712f, 0.108325057f, 0.0629513711f, 0.0270738583f, 0.0105448989f, 0.0024129455f, 0.000327918591f, 4.44529105e-5f, 6.03316448e-6f, 2.95355818e-7f, 0.0f, 0.0f, 0.0f},
    {-0.00128449989f, 0.168108091f, 0.137873724f, 0.0608164705f, -0.0125878323f, -0.023529537f, -0.012317596f, -0.00509934546f, -0.00119793857f, -0.000163810924f, -2.22257822e-5f, -3.01716523e-6f, -1.4804678e-7f, 0.0f, 0.0f, 0.0f},
    {0.143494159f, 0.0190146584f, -0.0543574579f, -0.0585551038f, -0.019688936f, 0.00348026492f, 0.00397583423f, 0.00191461167f, 0.000490541279f, 6.81844904e-5f, 9.27118344e-6f, 1.25884628e-6f, 7.07926375e-8f, 0.0f, 0.0f, 0.0f},
    {-0.0375810936f, -0.0690968782f, -0.0243375935f, 0.0128664635f, 0.0151034454f, 0.00210576644f, -0.000715817092f, -0.000545556191f, -0.000157697155f, -2.26120974e-5f, -3.08393624e-6f, -4.17859297e-7f, -2.33637945e-8f, 0.0f, 0.0f, 0.0f},
    // clang-format on
};

[[gnu::always_inline]] inline auto tanh_by_pieces(xsimd::batch<float> x) -> xsimd::batch<float> {
  const __m512 sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0f));
  const __m512 a = _mm512_min_ps(_mm512_set1_ps(14.0f), _mm512_abs_ps(x));  // NaN, if that is
  // Two digits behind the first, and the exponent, which is that of 1 where the first piece is.
  const __m512i upper = _mm512_srli_epi32(_mm512_castps_si512(_mm512_add_ps(a, _mm512_set1_ps(1.0f))), 21);
  const __m512i piece = _mm512_add_epi32(upper, _mm512_set1_epi32(4));  // of which the lowest four digits count
  const auto of_piece = [&](int i) { return _mm512_permutexvar_ps(piece, _mm512_load_ps(tangent_pieces[i])); };
  const __m512 d = _mm512_sub_ps(a, of_piece(0));
  __m512 y = of_piece(7);
  for (int i = 6; i > 0; --i) y = _mm512_fmadd_ps(y, d, of_piece(i));
  return xsimd::batch<float>(_mm512_or_ps(y, sign));
}

}  // namespace SEEGRAD_SET
}  // namespace seegrad::detail
#endif

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* sample_certificates: certificates made by programs that are not ours, good and bad. */

/* openssl req -x509 with every extension that is read here */
static const char sample_full_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICZzCCAg2gAwIBAgIKAQIDBAUGBwgJCjAKBggqhkjOPQQDAjBFMQwwCgYDVQQK\n"
    "DANuaHMxDzANBgNVBAsMBlBlb3BsZTEkMCIGA1UEAwwbNTU1MDAwMTExMjIyX1pv\n"
    "w6tfU21pdGgsIEpyMB4XDTI2MTEyMjAzNDUxNFoXDTM2MTExOTAzNDUxNFowRTEM\n"
    "MAoGA1UECgwDbmhzMQ8wDQYDVQQLDAZQZW9wbGUxJDAiBgNVBAMMGzU1NTAwMDEx\n"
    "MTIyMl9ab8OrX1NtaXRoLCBKcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEn6\n"
    "5ahegPFnAn0yCE9bajII+O0LntV3hr6HQf6As6zEdjwykqiehkuqfUvGyqDXHGSL\n"
    "griY+d3oM27HwAsLyY6jgeQwgeEwEgYDVR0TAQH/BAgwBgEB/wIBAzAOBgNVHQ8B\n"
    "Af8EBAMCAkQwJAYDVR0lBB0wGwYIKwYBBQUHAwIGCisGAQQBgjcUAgIGAyoDBDAd\n"
    "BgNVHQ4EFgQUFqND2Qs5sIHp+tKpvnCQcRDOBzEwHwYDVR0gBBgwFjANBgsqhjoA\n"
    "iXtmAAMCADAFBgOINwEwKQYDVR0fBCIwIDAeoBygGoYYaHR0cDovL2NybC5leGFt\n"
    "cGxlLzEuY3JsMBQGA1UdEQQNMAuBCWFAZXhhbXBsZTAUBglghkgBhvhCAQ0EBxYF\n"
    "aGVsbG8wCgYIKoZIzj0EAwIDSAAwRQIgUYEt7UeMFSnZ2Z+E6c+QEWi0WT+X5G2g\n"
    "Yx9cN03okJECIQCyf1LPYL96NDuhpxPtk33gljzQpswWyKUKulizDT/WeA==\n"
    "-----END CERTIFICATE-----\n";

/* RSA, a CRL point by directory name, an unknown critical extension */
static const char sample_rsa_dirname_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDETCCAfmgAwIBAgIUQ5boQSuNcullk+5f19s+GQ2gfbkwDQYJKoZIhvcNAQEL\n"
    "BQAwETEPMA0GA1UECgwGc2FtcGxlMB4XDTI2MTEyMjAzNDUxNVoXDTM2MTExOTAz\n"
    "NDUxNVowETEPMA0GA1UECgwGc2FtcGxlMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n"
    "MIIBCgKCAQEArJCDKDvuKnKids9ak4xyFLIrkMht07muehAsUREdcp9nL6Dw66p8\n"
    "KvE9Neh6RIPJnrhoW49EKpvA7IABuqqqt6NwuVaRSxqdEN1iz7vWFZW4VJNLw3qY\n"
    "Ka53+O2N9e5rwom2aEUgYPNPe4zljMuUnRGLGSJGzTnptjS6/+K23cQNXgMTShYb\n"
    "K29cTRJqxpT4k6VhniwB17YF8c98/9MOyb9oh1YDERIVrNacF6dKsGB9H8lO1Rh5\n"
    "4p09IgWHfD/Nu038HiysZVYUYwly8hzXjPV4cmyVT2aJ+27IMGWMafz8baJb9bOp\n"
    "dSah9xwdr1SbSHAvxywo0d76MhaT8/RvHQIDAQABo2EwXzAJBgNVHRMEAjAAMCMG\n"
    "A1UdHwQcMBowGKAWoBSkEjAQMQ4wDAYDVQQDDAVDUkw1NzAOBgQqAwQFAQH/BAMM\n"
    "AXgwHQYDVR0OBBYEFLoAdYSGzB2fTi3GFbL3Us4xOqSMMA0GCSqGSIb3DQEBCwUA\n"
    "A4IBAQBPyu22jqMIriqP5kIa3UrLFzp8nsqmaeNYYbgtceqYorVutXTM+BGAEQOt\n"
    "J0HSSGq8HGXgVbB6Cr347n6ZeX7T7Gt7qhMHHTa/VMYc4L+aS1Ua1uJpMugF9vrW\n"
    "gZpCcKzHJifhsl25lFuv30xZslMi6qxi740NUyw/b7yywecNhAI1Ns+b1hLiWAQ0\n"
    "QlAvyxBpo2/wc4R5VJp8nEKxxSZjFY/EO5drzCO8oFIhSisd3EF8q48wXY3KRwj+\n"
    "xK0kPbWUteDw0u4g9F76L6SoY2QA/1fONjMXIL3qQJpOTqz4Pz3CWQUTtsHx8jIE\n"
    "euqwVYmsiZ0+IX7E8Vo+Uti1Wzhi\n"
    "-----END CERTIFICATE-----\n";

/* two common names */
static const char sample_two_names_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBIzCBy6ADAgECAgFNMAoGCCqGSM49BAMCMBwxDDAKBgNVBAMMA29uZTEMMAoG\n"
    "A1UEAwwDdHdvMB4XDTI2MDEwMTAwMDAwMFoXDTMwMDEwMTAwMDAwMFowHDEMMAoG\n"
    "A1UEAwwDb25lMQwwCgYDVQQDDAN0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAQOjn/wJRHlkYohRTs9zRgfdf6jULuBg6sL2VAmvaxe7802JBOk4fUAMRojl9hH\n"
    "QFcbmBNJXT2FANMkGBAr011DMAoGCCqGSM49BAMCA0cAMEQCIDgX76FlbuHCqW6r\n"
    "zUk/1QAJ4Bhu77cX1ZvwSgcfbeQwAiBNnoIzJLpoYE81C5a1/yq9c7vGLghOTId7\n"
    "gCRD9wjAuA==\n"
    "-----END CERTIFICATE-----\n";

/* a zero byte in the common name */
static const char sample_nul_name_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBEDCBt6ADAgECAgFNMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMMB29uZQB0d28w\n"
    "HhcNMjYwMTAxMDAwMDAwWhcNMzAwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdvbmUA\n"
    "dHdvMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDo5/8CUR5ZGKIUU7Pc0YH3X+\n"
    "o1C7gYOrC9lQJr2sXu/NNiQTpOH1ADEaI5fYR0BXG5gTSV09hQDTJBgQK9NdQzAK\n"
    "BggqhkjOPQQDAgNIADBFAiEA6Rnr2fy9WR+7z3xmmsoKn7kDjdPwifLTfQ/pd1eF\n"
    "kRgCIErvbYIFFHKDpdCw/6IoMxNvf+1AlzLTm/Lh35OPU2j0\n"
    "-----END CERTIFICATE-----\n";

/* RSA-1024 */
static const char sample_rsa1024_certificate_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBojCCAQsCFEApzUbyTUQ0QZnv6CjAjL3bAJo0MA0GCSqGSIb3DQEBCwUAMBAx\n"
    "DjAMBgNVBAMMBXNtYWxsMB4XDTI2MTEyMjAzNDUxNVoXDTM2MTExOTAzNDUxNVow\n"
    "EDEOMAwGA1UEAwwFc21hbGwwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBALw2\n"
    "7gSpeSNjrCpVdu+UXy7d35ZNfKMQBbRgJ9UB9BICFWIxPz5IVavH4G5xuv25oFwG\n"
    "t48ByIJO/F0hh49b2mq2QiGxXhOYhgS/F8yb9do989FMAyqIC/yLjxYQD2TyTKrW\n"
    "hS3thvjhLlQ7plJhKnQ/Qe0Fbqe3xqvZ90a7/hStAgMBAAEwDQYJKoZIhvcNAQEL\n"
    "BQADgYEAnkR66/t1LHUTear6Qx+bra6xc+16aFOuM5sHDpDs/y8oa5U5bZ0TwCGe\n"
    "8EaEkG4+cjAImx6m8w17NldfaxYuklsypmNMEwKk5adkO6QF5v+AgDbmMcRGP7ng\n"
    "a1gAwGI83gQkMqJB8ABn5cigdRIaOYG3OE3z5XfBPM7CXZFcob4=\n"
    "-----END CERTIFICATE-----\n";

/* version 1 */
static const char sample_version_1_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBEzCBuwIUdQwQ8ZxnYtYjmcSsxG/KHT3kHX8wCgYIKoZIzj0EAwIwDTELMAkG\n"
    "A1UEAwwCdjEwHhcNMjYxMTIyMDM0NTE1WhcNMzYxMTE5MDM0NTE1WjANMQswCQYD\n"
    "VQQDDAJ2MTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEn65ahegPFnAn0yCE9b\n"
    "ajII+O0LntV3hr6HQf6As6zEdjwykqiehkuqfUvGyqDXHGSLgriY+d3oM27HwAsL\n"
    "yY4wCgYIKoZIzj0EAwIDRwAwRAIgCzpUvHdpqMwSZ5HCiK77B2jOZ5TmBzIyVnXN\n"
    "/mqo+LoCICW6KblTtyjJ+X2eDhOM3oYxBd5aIfQWdBb7xdJQJu25\n"
    "-----END CERTIFICATE-----\n";

/* one extension twice (the signature is wrong, which the reader does not look at) */
static const char sample_double_extension_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBUDCB96ADAgECAgFNMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBmRvdWJsZTAe\n"
    "Fw0yNjAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMBExDzANBgNVBAMMBmRvdWJs\n"
    "ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABA6Of/AlEeWRiiFFOz3NGB91/qNQ\n"
    "u4GDqwvZUCa9rF7vzTYkE6Th9QAxGiOX2EdAVxuYE0ldPYUA0yQYECvTXUOjQDA+\n"
    "MB0GA1UdDgQWBBRhYWFhYWFhYWFhYWFhYWFhYWFhYTAdBgNVHQ4EFgQUYmJiYmJi\n"
    "YmJiYmJiYmJiYmJiYmIwCgYIKoZIzj0EAwIDSAAwRQIhAPY5rrOdhROnnZ0TEArx\n"
    "eLvDi4KdwmcOH8TdTX4/d+xsAiBeBwuLVvH+/dW9H3KvubJ9ox7/MsEv4s4fYWBK\n"
    "qVPWhw==\n"
    "-----END CERTIFICATE-----\n";

/* an extension that is not read here, not critical */
static const char sample_plain_extension_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBKTCB0KADAgECAgFNMAoGCCqGSM49BAMCMA4xDDAKBgNVBAMMA2JlcjAeFw0y\n"
    "NjAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMA4xDDAKBgNVBAMMA2JlcjBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABFlU7xGbL5T5hsJqhbMAy4E0lhZeGlq5D+RT\n"
    "mRnYsMPiIsT/FBCOiGHiff8Ag9p7JO9YWfnuY9ycg0ux6Z+o7fejHzAdMBsGA1Ud\n"
    "YwQUYmJiYmJiYmJiYmJiYmJiYmJiYmIwCgYIKoZIzj0EAwIDSAAwRQIgdRzu+A0e\n"
    "6g480lSA2uJS6mjtcC7BDumsWziIyceL9XwCIQCADAJ3ToDgUsUqqsfsJ4PGuviE\n"
    "W3Mb4d2zFMYsjxFS6Q==\n"
    "-----END CERTIFICATE-----\n";

/* the same with an explicit default: BER, not DER */
static const char sample_explicit_false_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBKTCB0KADAgECAgFNMAoGCCqGSM49BAMCMA4xDDAKBgNVBAMMA2JlcjAeFw0y\n"
    "NjAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMA4xDDAKBgNVBAMMA2JlcjBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABFlU7xGbL5T5hsJqhbMAy4E0lhZeGlq5D+RT\n"
    "mRnYsMPiIsT/FBCOiGHiff8Ag9p7JO9YWfnuY9ycg0ux6Z+o7fejHzAdMBsGA1Ud\n"
    "YwEBAAQRYmJiYmJiYmJiYmJiYmJiYmIwCgYIKoZIzj0EAwIDSAAwRQIgdRzu+A0e\n"
    "6g480lSA2uJS6mjtcC7BDumsWziIyceL9XwCIQCADAJ3ToDgUsUqqsfsJ4PGuviE\n"
    "W3Mb4d2zFMYsjxFS6Q==\n"
    "-----END CERTIFICATE-----\n";

/* the same with a length longer than need be: BER, not DER */
static const char sample_long_length_pem[] __attribute__((unused)) =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBKTCB0KADAgECAgFNMAoGCCqGSM49BAMCMA4xDDAKBgNVBAMMA2JlcjAeFw0y\n"
    "NjAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMA4xDDAKBgNVBAMMA2JlcjBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABFlU7xGbL5T5hsJqhbMAy4E0lhZeGlq5D+RT\n"
    "mRnYsMPiIsT/FBCOiGHiff8Ag9p7JO9YWfnuY9ycg0ux6Z+o7fejHzAdMBsGA1Ud\n"
    "YwSBE2JiYmJiYmJiYmJiYmJiYmJiYmIwCgYIKoZIzj0EAwIDSAAwRQIgdRzu+A0e\n"
    "6g480lSA2uJS6mjtcC7BDumsWziIyceL9XwCIQCADAJ3ToDgUsUqqsfsJ4PGuviE\n"
    "W3Mb4d2zFMYsjxFS6Q==\n"
    "-----END CERTIFICATE-----\n";

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* sample_keys: keys made by the openssl program, for tests only. They protect nothing. */

/* P-256, PKCS #8 */
static const char sample_p256_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg40g3syW8EMbD4uUn\n"
    "UWE/HhjySTQJz4Yu2xJ6xhsIsoyhRANCAARJ+uWoXoDxZwJ9MghPW2oyCPjtC57V\n"
    "d4a+h0H+gLOsxHY8MpKonoZLqn1Lxsqg1xxki4K4mPnd6DNux8ALC8mO\n"
    "-----END PRIVATE KEY-----\n";

/* The same, passphrase "correct" */
static const char sample_p256_encrypted_pem[] __attribute__((unused)) =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjoM66fLZoQMAICA+gw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHSzSpzC1hBp+dNtW8kUxIEEgZBF\n"
    "leofdw/zYV4HJgic6peK7O4mrIyBdMHHljjAumWgNP5PSW7HTvww1lFG+vKphcTN\n"
    "K3BVCraeMNWRY1+RiHrkuxXyH5KbEBBtyCZRQEECKAiHwKWtLYfZNjexxbJnGg0Q\n"
    "8FV70zcMB64UuzUcMZ8YIVASi28fdn3Z84AjKYmW8IEshza391JZNrvS7HtJwL8=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* The same, locked in a way that is not ours */
static const char sample_p256_scrypt_pem[] __attribute__((unused)) =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHjME4GCSqGSIb3DQEFDTBBMCAGCSsGAQQB2kcECzATBAi/HpjphNwkPQIBEAIB\n"
    "CAIBATAdBglghkgBZQMEASoEEDEjKL/c3ORonDT7q8bnXdcEgZBnZu3nRoDo8cmD\n"
    "qFSu+ffMmV1rL0wRrcCGIOe9ZHISBUUJOOgaFnACGNMeSRR/KIh5sc84f1glYX2s\n"
    "3k/a91tZ4t86NphAa9mzNCdv39FRV8V87F1J7uA81A7rsCoGJZER62KoN/xJPGis\n"
    "M6Utiw9v7CU5+oNEDqmPaUsPBOTmrh/fh8qAxn5jQIHjChRjrAM=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* No key, locked with 2,147,483,647 iterations */
static const char sample_endless_pem[] __attribute__((unused)) =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIH2MGEGCSqGSIb3DQEFDTBUMDMGCSqGSIb3DQEFDDAmBBAAAQIDBAUGBwgJCgsM\n"
    "DQ4PAgR/////MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAAAQIDBAUGBwgJ\n"
    "CgsMDQ4PBIGQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAA\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* The same in another form, which is refused */
static const char sample_p256_sec1_pem[] __attribute__((unused)) =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIONIN7MlvBDGw+LlJ1FhPx4Y8kk0Cc+GLtsSesYbCLKMoAoGCCqGSM49\n"
    "AwEHoUQDQgAESfrlqF6A8WcCfTIIT1tqMgj47Que1XeGvodB/oCzrMR2PDKSqJ6G\n"
    "S6p9S8bKoNccZIuCuJj53egzbsfACwvJjg==\n"
    "-----END EC PRIVATE KEY-----\n";

/* P-384, PKCS #8 */
static const char sample_p384_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDA40lcZyR3g3EJpjaLR\n"
    "ThtzKE8D2UZneAiM59Gk1z0Ioe3mkqbF+N0PHxhvPhZFBrqhZANiAAQRTYtsCzSM\n"
    "E6WMjdMtgrTtm7wIJN5yQMurBueU6tYYzFehs91i76XjclhDrGJkBiJ3X4KjYeer\n"
    "nprwUxNfB2iwnDuau28taJJghKPXClpoUwj5HwmAaz+B/fcNNioJPeU=\n"
    "-----END PRIVATE KEY-----\n";

/* RSA-2048, PKCS #8 */
static const char sample_rsa2048_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCskIMoO+4qcqJ2\n"
    "z1qTjHIUsiuQyG3Tua56ECxRER1yn2cvoPDrqnwq8T016HpEg8meuGhbj0Qqm8Ds\n"
    "gAG6qqq3o3C5VpFLGp0Q3WLPu9YVlbhUk0vDepgprnf47Y317mvCibZoRSBg8097\n"
    "jOWMy5SdEYsZIkbNOem2NLr/4rbdxA1eAxNKFhsrb1xNEmrGlPiTpWGeLAHXtgXx\n"
    "z3z/0w7Jv2iHVgMREhWs1pwXp0qwYH0fyU7VGHninT0iBYd8P827TfweLKxlVhRj\n"
    "CXLyHNeM9XhybJVPZon7bsgwZYxp/Pxtolv1s6l1JqH3HB2vVJtIcC/HLCjR3voy\n"
    "FpPz9G8dAgMBAAECggEAAVepyt/Vz/sOptRLykG5nM3wByh6q5Qntn0MDeC6Cmtm\n"
    "tEOmbCbqNV6lZmx1uwpiwKXYRfy81S9bVlupPR2ucKRIWwtrMPA25ZaF+hi7fHUq\n"
    "4cQ4PtU5fCWGexIaBx5A31q5PQwV9DsgVKqOxJl21qv4GYzJ4TcrSXFqklVeAnv3\n"
    "MLQCXZHPNB+0BSf2D69kXwwFotvUFtDUIRxhQ8IaRu2MHmo/Glb1lo8lu/Snz3lJ\n"
    "Jov9PLFo/ewHMU9QsqI7vXv7x1AcLBLwE29NacnuEudnd6/CVzVOigj/AuYD8qhW\n"
    "rszdeF2j57dHLeMxt/5SxAKwUwqA1/R6ohPQ3kJ/fwKBgQDVsyMn6SXXjgqpiUBr\n"
    "Jn2kQwifkJg8ACApkwNASnaXuHaifRLCgLY/9oMB+ZCJ3h2yKL7GYFbFuz4ro4gy\n"
    "M+Nlqvu1sIElOHGnFLyYPy8PtwkUR0K9d8fkGVLYyl88V1d9dvUIUOEgmNMVZxz4\n"
    "nqcnpLQLqVTN/b4ItzJ3WN3ffwKBgQDOuOruhOuGLg1XB8ivC2bjSKHFYHISrbMC\n"
    "+wmkfsemq5vEouSCTIpmu7tPlXuL8xoO62wNwy59AR28DABM2xmFE+Qtgg/gdhBJ\n"
    "oqJ1jwWd6G3rnPLDWu9dqBiQd1WkV8u80pVsd331OXZU/pyB8pzVzgUdpBQre4JP\n"
    "rw3Qvzl/YwKBgFZZEN6CjaDgqxw/8kCZh/EEiQp4kZrE7jn+RjUHIY5CoeUcJqVi\n"
    "/sEvqVX18lpS3qrrXdKogMda1k8pv9GRN9QP169dh4FzojDB50aZWTm/WrLP7H7E\n"
    "VIetV9VzSDIIlLiEhZP7okvalIg0Zvdqm94f5gREQpkNa2j4JTMmPFifAoGAVdtB\n"
    "X6z+8Oyhh7ro46KVqeIZphNHbXCM/7jpqVMqcpOlj0akJ2XIuaBQzF3mQRrHgNjQ\n"
    "OOsOnMZg5iAJ4+G/uKCpTSlOlMgUPbD5TmAHUi0dshSuUuqqrbhJ835MqIP6T0Ma\n"
    "4kDCpJ2oAub4c5QjBT2arFPgOKsEVTn8P+2b4McCgYEAi2kIgiJWCcmGDS9sCeBE\n"
    "yIcKciROODFZvgruahcgjDMrQvyNklc/k0hmtrk7ArlikcCK/DhP1xs63WPSpXCY\n"
    "OiEHvG892VrPaBBdblvhqt8bh+So2wHL9mLgzQlVBzPDiAVFnbtlgOG95oFw26aI\n"
    "2BnUQscz/YydSLDEJPyLPqQ=\n"
    "-----END PRIVATE KEY-----\n";

/* RSA-3072, PKCS #8 */
static const char sample_rsa3072_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIG/wIBADANBgkqhkiG9w0BAQEFAASCBukwggblAgEAAoIBgQCHGLJEj/BsUfUv\n"
    "rc5N1ECNdyBdHWsfJfCtNfG27UrTB8DLKcnz4sreeaSM/ZNAlVk6eYjXqYsS9KW3\n"
    "utp1UwKpAg+5xASoMYHn+RY+yibnT4WU9KDLTz1GWyIvgwbwU+7za3F1rEcWoxzy\n"
    "Qsqv03GkVdGSuvUIj1kjbenbhsZ+JwGxZa+JVjM4LEqg+xkdZwA2ZgekIARfseZX\n"
    "hYYwvGA2CeDFgay5mYN+zC7UnLYFytSnlLSG8MHr2lx7or38g6u7+HYYRT46hFsU\n"
    "HNvkXo8Cz9OypYTSSAZ032zElWrqPXjv6wklV89CRfzR9/9awFYIRt8KSue6yxEu\n"
    "wckQljDCTxOenpec6hH3RbuPUw8DNL2AKuvySAFf1O/1suzUFiM5orliA9wdw2zb\n"
    "GQAxU+tXBz+X+yIlwmBCJArQ5SZefafDZig1jGyTbq6SEt0VsPai5HMg0cEs4GZl\n"
    "ONXFljrtxNIfIe/7Lmkdkvem+2vGA8oVqSTcJ00VH09oITtmMv8CAwEAAQKCAYAT\n"
    "2u1YZk9PnDwM5d6MUcWrBPccuFYmHc1hp6v+1qFIorsTIPEthweJ6xbkIeCifVC/\n"
    "51zVVXW7M3mnpy60T570d/kXtFd64MvW7CT41X0iQe3AFrQLLXoz/PDpSriaWbuk\n"
    "ywXB5bANA6wdbvObI9hv7qz+g7u/plHTgzP7r7M8lz8Ic4l5BdJBT0Eop77pM1o0\n"
    "pIo69PmvltXjxxwRzZ3WU11VqdlY7dcFq7y2QtH9x/G5L4HY00mtAErXYPPLSQ6d\n"
    "xyXKjNfS5v7RQGcRV34+8hmM3joVf/IyDzekJ50wmDajTu0in2y7UxtxJztmq/Vg\n"
    "vR1zFS/wNreFF+bzUGah9KrsELTh2LJ0cIQXutREM/iz6NkkvboxGPdNXL4mK+oC\n"
    "DOiT8Uh5XQqSrGVYuhso+rZzgsStMpWx2BrFGRUGFAH5G/yW6YReTULBqJRMrDZx\n"
    "b3MBeVD6AJbapB/Ocd4ogbxGjuiN6uDoKMumWp5fuF5pcEt1aC9FQafiu6/93AEC\n"
    "gcEAu2gzXUoi6Bszv285YNESRimx5KY0kVl87w473Owl+EaOo6i8p2K3b6ezE0tp\n"
    "5VBDyMCKlQXmq65e3Ewm/FqMxG0oGigdXPu+mR172OJYplPXPoydOgrw2g+AMzJK\n"
    "Q2ttdtEME624LIO2ga721hElWBeRsPD6u5o8HlKPrbIwkxLx0cTHsKaQxi4IpFVK\n"
    "ryf7OiWhyg5X9On2FqImv3/ZF68t8sscG8fdXF1G9684BrVS8ljDYwK9XJVfx6Sx\n"
    "3NdPAoHBALiLEBSjcTqg0Mk3nqPo7UG+JTvuHmaDK31GTU6XX4SIKIDXjKnZeBGP\n"
    "OXjcuoLZo1iMVODJmgFTxf6zZj783VZ1kH6gIHRNCrnunQxeiHYsrRA/jiVYTxC+\n"
    "aMmfzCl9NB02mpKKHbS3hyd5jr+iWeaKfDIQUKotKtOBMutjmEMY2VDwv0XMeBXt\n"
    "RW0DlGMelkMqtoYQUOQlnlxUfg1FrNRi6NfXs6NZZPnvbD4DyLwmiqbAF1QMn4Xo\n"
    "17JAgTP9UQKBwQCyVK6D+FcNHU15vgIQogJMp8Jy/MGLCme7J4VJbaGYBrQXAis6\n"
    "8NHzOtZJ5vpGzsEh2C5HLo1ZEx2Lbh+vBQ9snx6I/WErqRaupwLB2GlZJPDuwWmf\n"
    "4Odd6WAp15IZY7GPXc+rLiTSnyddcjvKahhqIktt33IIcPUCObglJinY2i8oWKNY\n"
    "8rdTDl0E23CtClOi+kphdpK2KKgW04ghtCvFwNntbt85hE+dY9lzOdYLdCIRIOwU\n"
    "XHgLEM1KseraZjsCgcEAtpMuV5zT+xL7PPfABZ3+jNpX8BDHFtiTAB+7gBOWtoIW\n"
    "wFGAotG6TnUKgR6vj6FOT96WYsZRjRqaekB22b5GJLGvQPee5DEMeaMu0Pv9uhy9\n"
    "I6QdN6lEn+YhuchUrn9mPbi1+GCYvyALoOxMZB91HfbIpKcrhxGkmxfpjqQ8EbXV\n"
    "2pQ0SBPggqD53L574gxy0QTDC6O8w9rL78DP7MWQFZe9kT2gRe29TuCmkDwiLrNa\n"
    "3VqSOd87O7p/G6VhrlPhAoHBALOfM1mPePdEi35GbwO277Qdo47ZQtD/seJyMLei\n"
    "W6W5vjJfOgJthyA4IftRgrSOsjX+u+ykaNCwX84N+m1TBdsm4RP28QdHKYdvwUG0\n"
    "xcxCoQ9spZlu7cYI1k32uiOx1feiwqaGjfv8VMhP/JUY/DFJYNMhkur4ZzI8zAlX\n"
    "4zzoG1ir17g82UvAtqTSR5qilLsNlVw5KKk60yOFLdQsMPZvZxXzezFKMSMY83VV\n"
    "tp/XyvRyQ7Omty49jwGh0JzsZA==\n"
    "-----END PRIVATE KEY-----\n";

/* Too small: refused */
static const char sample_rsa1024_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALw27gSpeSNjrCpV\n"
    "du+UXy7d35ZNfKMQBbRgJ9UB9BICFWIxPz5IVavH4G5xuv25oFwGt48ByIJO/F0h\n"
    "h49b2mq2QiGxXhOYhgS/F8yb9do989FMAyqIC/yLjxYQD2TyTKrWhS3thvjhLlQ7\n"
    "plJhKnQ/Qe0Fbqe3xqvZ90a7/hStAgMBAAECgYEAlF4AtzAZTCpwN1bz0Nx3Q+yn\n"
    "Kkae77Pbq1r5S1Kk4eU+kg8cOa6vyiBf7PA+ZXCE1sZ8wIC5XO+CxK9/uyS/QXEB\n"
    "sUCdwXh3dyU/LXXhtoCPSU9YvcS4kOWCxoMPX+g1P4XQSu5UJFnFagy6TctrDoMT\n"
    "k2EqvmZAjw6LCFpRL4kCQQDpODspGXzR1IEVCvAnYAbNZ+qDxcECOgds89wGFwJo\n"
    "y/KymlqdEjP3ETfn2Jmzrpwb6ggcx5dc6arCzy0C9hlvAkEAzplTNcmCVuXDyDnw\n"
    "2yTaeYvczJIQEpQO1kzpyzobZq5mAZFyvhn0i47gAEF24fxa4zi0Dk/plvngjvmb\n"
    "BPLNowJAE12p+/Wz2bCtr1OjMYHVzsSsQpjvOAIdj7yILrFGb/FPi+kpURWr3v49\n"
    "CDGCQdtj9yVt2wXv2bVFirutXyuUXQJAEwckFswcaQx4X7SWbliSlqc/CshZGpzw\n"
    "UOR8k+8iHu7pDjPrMX8KeuAJ2XwuCtpHNK5ARyEtDm6tM/3hPS9vqQJACEKgSxek\n"
    "aXcPB4DR9dW744D908Twg8NeivRF9eKOja/fSjfEFUT0LomxpgjmD8atzj8jSZLW\n"
    "nA/DLnVityC5rQ==\n"
    "-----END PRIVATE KEY-----\n";

/* A kind that is not used here: refused */
static const char sample_ed25519_pem[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEII6/cWAWtxOeJ+OR0H1Kp3sjHmPIVPkOvWVG09/SKwe7\n"
    "-----END PRIVATE KEY-----\n";

"""The enumerations of the API, with their numbers. 0 is "unspecified" in each, and stands for no value.

Source: the discovery document of Cloud KMS v1, revision 20260917.
"""

from __future__ import annotations

from enum import IntEnum


class Purpose(IntEnum):
    ENCRYPT_DECRYPT = 1
    ASYMMETRIC_SIGN = 5
    ASYMMETRIC_DECRYPT = 6
    RAW_ENCRYPT_DECRYPT = 7
    MAC = 9
    KEY_ENCAPSULATION = 10
    AES_WRAPPING = 11


class State(IntEnum):
    ENABLED = 1
    DISABLED = 2
    DESTROYED = 3
    DESTROY_SCHEDULED = 4
    PENDING_GENERATION = 5


class ProtectionLevel(IntEnum):
    SOFTWARE = 1
    HSM = 2
    EXTERNAL = 3
    EXTERNAL_VPC = 4
    HSM_SINGLE_TENANT = 5


class PublicKeyFormat(IntEnum):
    PEM = 1
    DER = 2
    NIST_PQC = 3
    XWING_RAW_BYTES = 4


class Algorithm(IntEnum):
    """Those that this fake has. The others of the API are refused as not implemented."""

    GOOGLE_SYMMETRIC_ENCRYPTION = 1
    RSA_SIGN_PSS_2048_SHA256 = 2
    RSA_SIGN_PSS_3072_SHA256 = 3
    RSA_SIGN_PSS_4096_SHA256 = 4
    RSA_SIGN_PKCS1_2048_SHA256 = 5
    RSA_SIGN_PKCS1_3072_SHA256 = 6
    RSA_SIGN_PKCS1_4096_SHA256 = 7
    RSA_DECRYPT_OAEP_2048_SHA256 = 8
    RSA_DECRYPT_OAEP_3072_SHA256 = 9
    RSA_DECRYPT_OAEP_4096_SHA256 = 10
    EC_SIGN_P256_SHA256 = 12
    EC_SIGN_P384_SHA384 = 13
    RSA_SIGN_PSS_4096_SHA512 = 15
    RSA_SIGN_PKCS1_4096_SHA512 = 16
    RSA_DECRYPT_OAEP_4096_SHA512 = 17
    RSA_SIGN_RAW_PKCS1_2048 = 28
    RSA_SIGN_RAW_PKCS1_3072 = 29
    RSA_SIGN_RAW_PKCS1_4096 = 30
    EC_SIGN_SECP256K1_SHA256 = 31
    HMAC_SHA256 = 32
    HMAC_SHA1 = 33
    HMAC_SHA384 = 34
    HMAC_SHA512 = 35
    HMAC_SHA224 = 36
    RSA_DECRYPT_OAEP_2048_SHA1 = 37
    RSA_DECRYPT_OAEP_3072_SHA1 = 38
    RSA_DECRYPT_OAEP_4096_SHA1 = 39
    EC_SIGN_ED25519 = 40

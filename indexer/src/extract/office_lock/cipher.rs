//! Ciphers as office programs use them: AES in whole blocks, each for itself or chained, or counting; Blowfish fed back.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use blowfish::Blowfish;

/// Bytes of a block.
pub(super) const BLOCK: usize = 16;

/// Decrypts each whole block for itself; nothing for a key of an impossible length.
pub(super) fn decrypt(key: &[u8], data: &mut [u8]) -> Option<()> {
    match key.len() {
        16 => blocks(&Aes128::new_from_slice(key).ok()?, data, None),
        24 => blocks(&Aes192::new_from_slice(key).ok()?, data, None),
        32 => blocks(&Aes256::new_from_slice(key).ok()?, data, None),
        _ => None,
    }
}

/// Decrypts blocks chained to each other (CBC), the first to `start`.
pub(super) fn decrypt_chained(key: &[u8], start: &[u8], data: &mut [u8]) -> Option<()> {
    let start = start.try_into().ok()?;
    match key.len() {
        16 => blocks(&Aes128::new_from_slice(key).ok()?, data, Some(start)),
        24 => blocks(&Aes192::new_from_slice(key).ok()?, data, Some(start)),
        32 => blocks(&Aes256::new_from_slice(key).ok()?, data, Some(start)),
        _ => None,
    }
}

fn blocks<C>(cipher: &C, data: &mut [u8], mut before: Option<[u8; BLOCK]>) -> Option<()>
where
    C: BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16>,
{
    for chunk in data.chunks_exact_mut(BLOCK) {
        let encrypted: [u8; BLOCK] = (&*chunk).try_into().ok()?;
        let block: &mut Block = chunk.try_into().ok()?;
        cipher.decrypt_block(block);
        if let Some(before) = &mut before {
            block.iter_mut().zip(&*before).for_each(|(byte, mask)| *byte ^= mask);
            *before = encrypted;
        }
    }
    Some(())
}

/// Decrypts with AES of 256 bits in counter mode, as GCM does it with a start of twelve bytes (NIST SP 800-38D, 7.2): what
/// it counts with begins at two. Encrypting is the same. The tag is not looked at.
pub(super) fn decrypt_counted(key: &[u8], start: &[u8], data: &mut [u8]) -> Option<()> {
    let cipher = Aes256::new_from_slice(key).ok()?;
    let start: [u8; 12] = start.try_into().ok()?;
    for (count, chunk) in (2_u32..).zip(data.chunks_mut(BLOCK)) {
        let mut block = Block::default();
        block[..12].copy_from_slice(&start);
        block[12..].copy_from_slice(&count.to_be_bytes());
        cipher.encrypt_block(&mut block);
        chunk.iter_mut().zip(&block).for_each(|(byte, mask)| *byte ^= mask);
    }
    Some(())
}

/// Decrypts with Blowfish, each block masked with the encrypted one before (CFB of 64 bits), the first with `start`.
pub(super) fn decrypt_fed_back(key: &[u8], start: &[u8], data: &mut [u8]) -> Option<()> {
    let cipher: Blowfish = Blowfish::new_from_slice(key).ok()?;
    let mut before: [u8; 8] = start.try_into().ok()?;
    for chunk in data.chunks_mut(8) {
        let mut mask = before.into();
        cipher.encrypt_block(&mut mask);
        before[..chunk.len()].copy_from_slice(chunk);
        chunk.iter_mut().zip(&mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    Some(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The opposite of [`decrypt_fed_back`].
    pub(in super::super) fn encrypt_fed_back(key: &[u8], mut before: [u8; 8], data: &mut [u8]) {
        let cipher: Blowfish = Blowfish::new_from_slice(key).unwrap();
        for chunk in data.chunks_mut(8) {
            let mut mask = before.into();
            cipher.encrypt_block(&mut mask);
            chunk.iter_mut().zip(&mask).for_each(|(byte, mask)| *byte ^= mask);
            before[..chunk.len()].copy_from_slice(chunk);
        }
    }

    #[test]
    fn counting_and_feeding_back_are_as_published() {
        // NIST SP 800-38D's case 14 (a key and a start of zeros, a block of zeros).
        let mut zeros = [0; 16];
        decrypt_counted(&[0; 32], &[0; 12], &mut zeros).unwrap();
        assert_eq!(zeros[..4], [0xce, 0xa7, 0x40, 0x3d]);
        // The vector for CFB of 64 bits that comes with the first implementation of Blowfish.
        let key = b"\x01\x23\x45\x67\x89\xab\xcd\xef\xf0\xe1\xd2\xc3\xb4\xa5\x96\x87";
        let mut text = *b"\xe7\x32\x14\xa2\x82\x21\x39\xca\xf2\x6e\xcf\x6d\x2e\xb9\xe7\x6e\x3d\xa3\xde\x04\xd1\x51\x72\x00\x51\x9d\x57\xa6\xc3";
        decrypt_fed_back(key, b"\xfe\xdc\xba\x98\x76\x54\x32\x10", &mut text).unwrap();
        assert_eq!(&text, b"7654321 Now is the time for \0");
        assert_eq!(decrypt_counted(&[0; 16], &[0; 12], &mut [0; 4]), None);
        assert_eq!(decrypt_fed_back(&[0; 16], &[0; 3], &mut [0; 4]), None);
    }

    /// The opposite, with a key of 256 or 128 bits; data is padded with zeros to whole blocks.
    pub(in super::super) fn encrypt(key: &[u8], mut before: Option<[u8; BLOCK]>, data: &[u8]) -> Vec<u8> {
        let mut data = data.to_vec();
        data.resize(data.len().next_multiple_of(BLOCK), 0);
        for chunk in data.chunks_exact_mut(BLOCK) {
            let block: &mut Block = chunk.try_into().unwrap();
            if let Some(before) = &before {
                block.iter_mut().zip(before).for_each(|(byte, mask)| *byte ^= mask);
            }
            match key.len() {
                16 => Aes128::new_from_slice(key).unwrap().encrypt_block(block),
                _ => Aes256::new_from_slice(key).unwrap().encrypt_block(block),
            }
            if before.is_some() {
                before = Some(block.0);
            }
        }
        data
    }

    #[test]
    fn decrypts_what_was_encrypted() {
        let data: Vec<u8> = (0..64).collect();
        for key in [&[7_u8; 16][..], &[9; 32]] {
            let mut plain = encrypt(key, None, &data);
            decrypt(key, &mut plain).unwrap();
            assert_eq!(plain, data);
            let mut chained = encrypt(key, Some([3; BLOCK]), &data);
            decrypt_chained(key, &[3; BLOCK], &mut chained).unwrap();
            assert_eq!(chained, data);
        }
        assert_eq!(decrypt(&[0; 5], &mut [0; 16]), None);
        assert_eq!(decrypt_chained(&[0; 16], &[0; 3], &mut [0; 16]), None);
    }
}

//! AES as Office uses it: whole blocks, either each for itself or chained.

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};

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

#[cfg(test)]
pub(super) mod tests {
    use aes::cipher::BlockCipherEncrypt;

    use super::*;

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

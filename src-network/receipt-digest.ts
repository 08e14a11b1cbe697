import { hashTypedData } from 'viem';
import {
  RECEIPT_DOMAIN,
  RECEIPT_TYPES,
  type Receipt,
  receiptMessage,
} from '../src-shared/receipt.ts';

/** The number of a receipt: the EIP-712 digest that its signer signed, `0x` and 64 hex digits. */
export const receiptDigest = (receipt: Receipt): `0x${string}` =>
  hashTypedData({
    domain: RECEIPT_DOMAIN,
    types: RECEIPT_TYPES,
    primaryType: 'Receipt',
    message: receiptMessage(receipt),
  });
